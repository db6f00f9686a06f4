using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Fleet.Cli.Backups;
using Fleet.Cli.CommandLine;
using Fleet.Orchestration.Store.Backup;
using Fleet.Server.Api;
using Fleet.Testing;

namespace Fleet.Cli.Tests.Backups;

/// <summary>A backup is read with distrust.</summary>
public sealed class BackupArchiveTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_written_is_read_and_only_its_owner_may()
    {
        var path = await WrittenAsync();
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var (manifest, files) = await BackupArchive.ExtractAsync(path, New("out"), Cancel);
        manifest.Store.Installation.ShouldBe("i");
        (await File.ReadAllTextAsync(files["store/fleet.db"], Cancel)).ShouldBe("rows");
        File.GetUnixFileMode(files["store/fleet.db"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("changed", "sha-256 differs")]
    [InlineData("cut", "damaged")]
    [InlineData("missing", "tokens/token is missing")]
    [InlineData("more", "of which its manifest knows nothing")]
    [InlineData("escaping", "of which its manifest knows nothing")]
    [InlineData("no-manifest", "is no backup of Fleet")]
    [InlineData("no-tar", "is no backup of Fleet")]
    [InlineData("empty", "is no backup of Fleet")]
    [InlineData("newer", "newer than this one")]
    [InlineData("manifest-broken", "damaged")]
    public async Task What_is_wrong_with_a_backup_is_said_and_nothing_is_restored(string what, string said)
    {
        var path = Path.Combine(folder.Path, "wrong.tar");
        var manifest = Manifest();
        switch (what)
        {
            case "changed":
                await TarAsync(path, ("manifest.json", Json(manifest)), ("store/fleet.db", "ROWS"), ("tokens/token", "t"));
                break;
            case "cut":
                var whole = await File.ReadAllBytesAsync(await WrittenAsync(), Cancel);
                await File.WriteAllBytesAsync(path, whole[..(whole.Length / 2)], Cancel);
                break;
            case "missing":
                await TarAsync(path, ("manifest.json", Json(manifest)), ("store/fleet.db", "rows"));
                break;
            case "more":
                await TarAsync(path, ("manifest.json", Json(manifest)), ("store/fleet.db", "rows"), ("tokens/token", "t"), ("extra", "x"));
                break;
            case "escaping":
                await TarAsync(path, ("manifest.json", Json(manifest)), ("../../etc/passwd", "x"));
                break;
            case "no-manifest":
                await TarAsync(path, ("store/fleet.db", "rows"));
                break;
            case "no-tar":
                await File.WriteAllTextAsync(path, string.Concat(Enumerable.Repeat("no tar ", 1000)), Cancel);
                break;
            case "empty":
                await File.WriteAllTextAsync(path, "", Cancel);
                break;
            case "newer":
                await TarAsync(path, ("manifest.json", Json(manifest with { Format = BackupManifest.Current + 1, Fleet = "9.0.0" })));
                break;
            default:
                await TarAsync(path, ("manifest.json", "{"));
                break;
        }

        var failure = await Should.ThrowAsync<CliFailure>(() => BackupArchive.ExtractAsync(path, New("out"), Cancel));
        failure.Message.ShouldContain(said);
        failure.Message.ShouldStartWith(path);
    }

    [Theory]
    [InlineData("tokens/token", "token")]
    [InlineData("tokens/worker-token", "worker-token")]
    [InlineData("tokens/other", null)]
    [InlineData("keys/audit-key.pem", "audit-key.pem")]
    [InlineData("keys/other.pem", null)]
    [InlineData("tokens/../x", null)]
    [InlineData("packages/x", null)]
    [InlineData("packages/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "packages/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("elsewhere/token", null)]
    public void An_entry_has_its_place_or_none(string entry, string? place) =>
        DataParts.PlaceOf(entry, "/data").ShouldBe(place is null ? null : $"/data/{place}");

    private static BackupManifest Manifest() => new()
    {
        Format = 1,
        Fleet = "1.0.0",
        Taken = DateTimeOffset.UnixEpoch,
        Store = new StoreCopy { Provider = "sqlite", Installation = "i", FirstEpoch = 0, Schema = "s", Files = [new StoreFile("fleet.db", null, [])] },
        Entries = [new BackupEntry("store/fleet.db", 4, Sha("rows")), new BackupEntry("tokens/token", 1, Sha("t"))],
    };

    private static string Json(BackupManifest manifest) => JsonSerializer.Serialize(manifest, ApiJson.Options);

    private static string Sha(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task TarAsync(string path, params (string Name, string Text)[] entries)
    {
        await using var file = File.Create(path);
        await using var tar = new TarWriter(file);
        foreach (var (name, text) in entries)
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) }, Cancel);
    }

    private async Task<string> WrittenAsync()
    {
        var path = Path.Combine(folder.Path, "backup.tar");
        var sources = new Dictionary<string, string> { ["store/fleet.db"] = Path.Combine(folder.Path, "a"), ["tokens/token"] = Path.Combine(folder.Path, "b") };
        await File.WriteAllTextAsync(sources["store/fleet.db"], "rows", Cancel);
        await File.WriteAllTextAsync(sources["tokens/token"], "t", Cancel);
        await BackupArchive.WriteAsync(path, Manifest(), sources, Cancel);
        return path;
    }

    private string New(string name) => Directory.CreateDirectory(Path.Combine(folder.Path, name)).FullName;
}
