using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Fleet.Server.Packages;

namespace Fleet.Server.Tests.Packages;

public sealed class PackageArchiveTests : IDisposable
{
    private const string Name = "qingcloud-installer_4.3.2-20261101_amd64.tar.gz";
    private const string Version = """{"installer": "4.3.2", "patch": "20261101", "upgrade": "20261030", "qingcloud": "20261101"}""";
    private readonly string folder = Directory.CreateTempSubdirectory("fleet-packages-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(Name, "4.3.2", "20261101")]
    [InlineData("qingcloud-installer_4.10.0-20270228_amd64.tar.gz", "4.10.0", "20270228")]
    public void The_versions_are_in_the_name(string fileName, string installer, string qingcloud) =>
        PackageName.Parse(fileName).ShouldBe(new PackageName(fileName, installer, qingcloud));

    [Theory]
    [InlineData("installer.tar.gz")]
    [InlineData("qingcloud-installer_4.3.2_amd64.tar.gz")]
    [InlineData("qingcloud-installer_4.3.2-20261101_amd64.tar.gz.part")]
    [InlineData("../qingcloud-installer_4.3.2-20261101_amd64.tar.gz")]
    public void Another_name_is_no_package(string fileName) => PackageName.Parse(fileName).ShouldBeNull();

    [Fact]
    public async Task A_package_is_kept_by_its_digest_once()
    {
        var files = Files();
        var content = Archive(("qingcloud-installer/version.json", Version));
        var stored = await files.StoreAsync(new MemoryStream(content), Name, null, null, TestContext.Current.CancellationToken);
        stored.Ok.ShouldBeTrue(string.Join(' ', stored.Problems.Select(p => p.Code)));
        stored.Value!.Package.Upgrade.ShouldBe("20261030");
        stored.Value.Package.Size.ShouldBe(content.Length);
        File.ReadAllBytes(files.PathOf(stored.Value.Package.Digest)!).ShouldBe(content);
        (await files.StoreAsync(new MemoryStream(content), Name, stored.Value.Package.Digest, null, TestContext.Current.CancellationToken)).Ok.ShouldBeTrue();
        Directory.GetFiles(Path.Combine(folder, "packages")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_wrong_is_told_and_nothing_is_kept()
    {
        await RefusedAsync(Archive(("qingcloud-installer/version.json", Version.Replace("4.3.2", "4.3.1"))), "package-other-version");
        await RefusedAsync(Archive(("qingcloud-installer/README", "x")), "package-no-version");
        await RefusedAsync(Archive(("qingcloud-installer/version.json", "{}")), "package-bad-version");
        await RefusedAsync(Archive(("qingcloud-installer/version.json", Version), ("qingcloud-installer/../../etc/cron.d/x", "x")), "package-escapes");
        await RefusedAsync(Archive(("qingcloud-installer/version.json", Version), ("/etc/passwd", "x")), "package-escapes");
        await RefusedAsync(Archive(("qingcloud-installer/version.json", Version), ("qingcloud-installer/l", "->/etc/passwd")), "package-link-escapes");
        await RefusedAsync(Archive(("qingcloud-installer/version.json", Version), ("qingcloud-installer/l", "->../../etc")), "package-link-escapes");
        await RefusedAsync(Encoding.UTF8.GetBytes("<html>not found</html>"), "package-not-targz");
        await RefusedAsync(Archive(("qingcloud-installer/version.json", Version), ("qingcloud-installer/big", new string('x', 100_000)))[..^40], "package-not-targz");
        await RefusedAsync(Archive(("qingcloud-installer/version.json", Version)), "package-other-digest", new string('0', 64));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var content = Archive(("qingcloud-installer/version.json", Version.Replace("4.3.2", "4.3.1")), ("/etc/passwd", "x"));
        var stored = await Files().StoreAsync(new MemoryStream(content), Name, new string('0', 64), null, TestContext.Current.CancellationToken);
        stored.Problems.Select(p => p.Code).ShouldBe(["package-other-digest", "package-escapes", "package-other-version"]);
        var given = await Files().StoreAsync(new MemoryStream(content), "installer.tar.gz", "0000", null, TestContext.Current.CancellationToken);
        given.Problems.Select(p => p.Code).ShouldBe(["package-bad-name", "package-bad-digest"]);
    }

    [Fact]
    public async Task A_link_inside_of_the_package_is_well()
    {
        var content = Archive(("qingcloud-installer/version.json", Version), ("qingcloud-installer/a/l", "->../version.json"));
        (await Files().StoreAsync(new MemoryStream(content), Name, null, null, TestContext.Current.CancellationToken)).Ok.ShouldBeTrue();
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("../../token")]
    public void A_path_is_no_digest(string digest) => Files().PathOf(digest).ShouldBeNull();

    private async Task RefusedAsync(byte[] content, string code, string? digest = null)
    {
        var stored = await Files().StoreAsync(new MemoryStream(content), Name, digest, null, TestContext.Current.CancellationToken);
        stored.Problems.Select(p => p.Code).ShouldContain(code);
        Directory.GetFiles(Path.Combine(folder, "packages")).ShouldBeEmpty();
    }

    private PackageFiles Files() => new(new ServerOptions { Data = folder }, new PackageTrust(new ServerOptions { Data = folder }, TimeProvider.System));

    internal static byte[] Archive(params (string Name, string Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.NoCompression, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Gnu))
        {
            foreach (var (name, content) in entries)
            {
                tar.WriteEntry(content.StartsWith("->", StringComparison.Ordinal)
                    ? new GnuTarEntry(TarEntryType.SymbolicLink, name) { ModificationTime = DateTimeOffset.UnixEpoch, LinkName = content[2..] }
                    : new GnuTarEntry(TarEntryType.RegularFile, name) { ModificationTime = DateTimeOffset.UnixEpoch, DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
            }
        }

        return bytes.ToArray();
    }
}
