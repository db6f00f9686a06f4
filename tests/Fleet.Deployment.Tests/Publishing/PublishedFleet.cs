using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Fleet.Testing;

namespace Fleet.Deployment.Tests.Publishing;

/// <summary>What <c>./eng/publish</c> makes for this kind of machine, unpacked in an empty place.</summary>
public sealed class PublishedFleet : IAsyncLifetime
{
    /// <summary>It takes two minutes; where every package is fetched first, five.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static string Kind => $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";

    public string Folder { get; } = Directory.CreateTempSubdirectory("fleet-published-").FullName;

    public string Archive { get; private set; } = "";

    /// <summary>The folder that the archive holds.</summary>
    public string Root { get; private set; } = "";

    public string App => Path.Combine(Root, "app");

    public async ValueTask InitializeAsync()
    {
        var (code, output) = await PublishAsync();
        code.ShouldBe(0, output);
        Archive = Directory.GetFiles(Repository.PathOf("artifacts", "publish"), $"fleet-*-{Kind}.tar.gz").ShouldHaveSingleItem();
        // Whoever runs it is not who unpacked it.
        File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await using var packed = new GZipStream(File.OpenRead(Archive), CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(packed, Folder, overwriteFiles: false, TestContext.Current.CancellationToken);
        Root = Directory.GetDirectories(Folder).ShouldHaveSingleItem();
    }

    /// <summary>Once more where the SDK hangs, which it was seen to do beside thousands of short-lived processes; what it hung in is told.</summary>
    private static async Task<(int ExitCode, string Output)> PublishAsync()
    {
        try
        {
            return await RunAsync();
        }
        catch (TimeoutException e)
        {
            TestContext.Current.SendDiagnosticMessage("eng/publish is run once more: {0}", e.Message);
            return await RunAsync();
        }

        static Task<(int, string)> RunAsync() =>
            ChildProcess.RunAsync(Repository.PathOf("eng", "publish"), [Kind], TestContext.Current.CancellationToken, directory: Repository.Root, limit: Limit);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
