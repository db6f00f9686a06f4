using System.Text.Json;
using Fleet.Cli.Tests.Processes;
using Fleet.Testing;

namespace Fleet.Cli.Tests.Backups;

/// <summary>The two commands as people use them, against a Fleet that runs.</summary>
public sealed class BackupCommandTests(ServedFleet fleet) : IClassFixture<ServedFleet>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_backup_beside_a_running_Fleet_is_restored_elsewhere()
    {
        var digest = new string('a', 64);
        Directory.CreateDirectory(At(fleet.Data, "packages"));
        await File.WriteAllTextAsync(At(fleet.Data, "packages", digest), "bytes");
        await File.WriteAllTextAsync(At(fleet.Data, "packages", "half.part"), "half");
        await File.WriteAllTextAsync(At(fleet.Data, "audit-key.pem"), "key");
        var (code, output) = await FleetAsync("backup", At("b.tar"), "--data", fleet.Data);
        code.ShouldBe(0, output);
        output.ShouldContain("packages: 1");
        output.ShouldContain("keep it as you keep keys");

        (code, output) = await FleetAsync("restore", At("b.tar"), "--data", At("restored"));
        code.ShouldBe(0, output);
        output.ShouldContain("Restored the backup of ");
        output.ShouldContain("No zone was under way then.");
        (await File.ReadAllTextAsync(At("restored", "token"))).ShouldBe(await File.ReadAllTextAsync(At(fleet.Data, "token")));
        (await File.ReadAllTextAsync(At("restored", "audit-key.pem"))).ShouldBe("key", "what it signed holds in the restored store too");
        File.GetUnixFileMode(At("restored", "audit-key.pem")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Delete(At(fleet.Data, "audit-key.pem"));
        Directory.GetFiles(At("restored", "packages")).Select(Path.GetFileName).ShouldBe([digest]);
        File.Exists(At("restored", "fleet.db")).ShouldBeTrue();
        Directory.Exists(At("restored", "restoring")).ShouldBeFalse();

        // Once more, into what is no longer empty.
        (code, output) = await FleetAsync("restore", At("b.tar"), "--data", At("restored"));
        code.ShouldBe(1, output);
        output.ShouldContain("empty place only");
    }

    [Fact]
    public async Task Programs_get_a_document()
    {
        var (code, output) = await FleetAsync("backup", At("b.tar"), "--data", fleet.Data, "--without-packages", "-o", "json");
        code.ShouldBe(0, output);
        JsonDocument.Parse(output).RootElement.GetProperty("withoutPackages").GetBoolean().ShouldBeTrue();
        (code, output) = await FleetAsync("restore", At("b.tar"), "--data", At("restored"), "-o", "json");
        code.ShouldBe(0, output);
        JsonDocument.Parse(output).RootElement.GetProperty("firstEpoch").GetInt64().ShouldBeGreaterThan(1_000_000);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_and_leaves_nothing_behind()
    {
        await File.WriteAllTextAsync(At("there.tar"), "mine");
        await SaysAsync(2, "is there already", "backup", At("there.tar"), "--data", fleet.Data);
        await SaysAsync(2, "is not there. Make it first", "backup", At("none", "b.tar"), "--data", fleet.Data);
        await SaysAsync(1, "There is no store of Fleet at", "backup", At("b.tar"), "--data", At("nowhere"));
        await SaysAsync(2, "is not there.", "restore", At("none.tar"), "--data", At("r"));
        await SaysAsync(2, "is no backup of Fleet", "restore", At("there.tar"), "--data", At("r"));
        await SaysAsync(2, "another fleet serve uses now", "restore", At("there.tar"), "--data", fleet.Data);
        Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order().ShouldBe(["r", "there.tar"]);
        Directory.GetFileSystemEntries(At("r")).Select(Path.GetFileName).ShouldBe(["in-use"]);
    }

    [Fact]
    public async Task In_a_folder_backups_are_named_after_their_time_and_only_the_newest_stay()
    {
        Directory.CreateDirectory(At("shelf"));
        foreach (var name in new[] { "fleet-20200101T000000Z.tar", "fleet-20200102T000000Z.tar", "mine.tar" })
            await File.WriteAllTextAsync(At("shelf", name), "old");
        var (code, output) = await FleetAsync("backup", At("shelf"), "--keep", "2", "--data", fleet.Data, "--without-packages");
        code.ShouldBe(0, output);
        output.ShouldContain("Removed older ones: fleet-20200101T000000Z.tar");
        var left = Directory.GetFiles(At("shelf")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        left.Count.ShouldBe(3);
        left.ShouldContain("mine.tar", "what has another name is somebody else's");
        left.ShouldContain("fleet-20200102T000000Z.tar");

        (code, output) = await FleetAsync("restore", At("shelf"), "--data", At("newest"));
        code.ShouldBe(0, output);
        File.Exists(At("newest", "fleet.db")).ShouldBeTrue();
        Directory.CreateDirectory(At("empty"));
        await SaysAsync(2, "holds no backup that fleet backup named", "restore", At("empty"), "--data", At("r2"));
        await SaysAsync(2, "--keep takes a number from 1", "backup", At("b.tar"), "--keep", "2", "--data", fleet.Data);
        await SaysAsync(2, "--keep takes a number from 1", "backup", At("shelf"), "--keep", "0", "--data", fleet.Data);
    }

    private static Task<(int ExitCode, string Output)> FleetAsync(params string[] arguments) => Run.FleetAsync(arguments);

    private static async Task SaysAsync(int code, string said, params string[] arguments)
    {
        var (exit, output) = await FleetAsync(arguments);
        exit.ShouldBe(code, output);
        output.ShouldContain(said);
        output.ShouldNotContain("   at ", Case.Sensitive, "no stack traces");
    }

    private string At(params string[] parts) => Path.Combine([folder.Path, .. parts]);
}
