using Fleet.Cli.CommandLine;
using Fleet.Testing;

namespace Fleet.Cli.Tests.CommandLine;

public sealed class OutputFileTests
{
    [Fact]
    public async Task A_file_that_is_there_is_written_over_only_where_that_is_wanted()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "report.md");
        await OutputFile.WriteAsync(file, "one"u8.ToArray(), overwrite: false, TestContext.Current.CancellationToken);
        var refused = await Should.ThrowAsync<CliFailure>(() => OutputFile.WriteAsync(file, "two"u8.ToArray(), overwrite: false, TestContext.Current.CancellationToken));
        (refused.ExitCode, refused.Message.Contains("--force", StringComparison.Ordinal)).ShouldBe((ExitCodes.Usage, true));
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldBe("one");
        await OutputFile.WriteAsync(file, "three"u8.ToArray(), overwrite: true, TestContext.Current.CancellationToken);
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldBe("three");
        Directory.GetFiles(folder.Path).ShouldBe([file]);
    }

    [Fact]
    public async Task Where_nothing_can_be_written_the_reason_is_told_and_nothing_is_left()
    {
        using var folder = new TemporaryFolder();
        var failed = await Should.ThrowAsync<CliFailure>(() => OutputFile.WriteAsync(Path.Combine(folder.Path, "nowhere", "report.md"), "x"u8.ToArray(), overwrite: false, TestContext.Current.CancellationToken));
        failed.Message.ShouldContain("cannot be written");
        Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty();
    }
}
