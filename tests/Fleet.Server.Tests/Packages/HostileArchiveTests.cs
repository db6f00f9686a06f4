using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Fleet.Server.Packages;

namespace Fleet.Server.Tests.Packages;

/// <summary>Archives that somebody made to do harm.</summary>
public sealed class HostileArchiveTests
{
    private const string Version = """{"installer": "4.3.2", "qingcloud": "20261101"}""";

    [Theory]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    [InlineData(TarEntryType.Fifo)]
    public async Task Devices_and_pipes_are_refused(TarEntryType type) => (await CodesAsync(new GnuTarEntry(type, "qingcloud-installer/x"))).ShouldBe(["package-special"]);

    [Fact]
    public async Task What_lies_below_a_link_is_refused_whatever_its_name_says() =>
        (await CodesAsync(
            new GnuTarEntry(TarEntryType.SymbolicLink, "qingcloud-installer/a/b") { LinkName = ".." },
            new GnuTarEntry(TarEntryType.SymbolicLink, "qingcloud-installer/a/b/c") { LinkName = ".." },
            new GnuTarEntry(TarEntryType.RegularFile, "qingcloud-installer/a/./b/c/etc/cron.d/x"))).ShouldBe(["package-below-link", "package-below-link"]);

    [Theory]
    [InlineData("qingcloud-installer/\u001b[2Jx")]
    [InlineData("qingcloud-installer/a\nb")]
    public async Task Names_with_control_characters_are_refused(string name) => (await CodesAsync(new GnuTarEntry(TarEntryType.RegularFile, name))).ShouldBe(["package-odd-name"]);

    [Theory]
    [InlineData("qingcloud-installer/version.json")]
    [InlineData("./qingcloud-installer//version.json")]
    public async Task A_second_version_file_is_refused_since_the_last_one_counts(string name) => (await CodesAsync(new GnuTarEntry(TarEntryType.RegularFile, name))).ShouldBe(["package-version-twice"]);

    [Fact]
    public async Task A_hard_link_to_elsewhere_is_refused() =>
        (await CodesAsync(new GnuTarEntry(TarEntryType.HardLink, "qingcloud-installer/x") { LinkName = "/etc/passwd" })).ShouldBe(["package-link-escapes"]);

    [Fact]
    public async Task A_bomb_is_given_up_while_it_is_read()
    {
        // Many gzip streams behind one another are one: 20 times 64 MiB of nothing in 1.3 MB.
        var zeros = Packed(new byte[64 << 20]);
        using var bomb = new MemoryStream();
        bomb.Write(Packed(Header("qingcloud-installer/x", '0', 2L << 30)));
        for (var i = 0; i < 20; i++)
            bomb.Write(zeros);
        bomb.Position = 0;
        var content = await PackageArchive.ReadAsync(bomb, TestContext.Current.CancellationToken);
        content.Problems.ShouldHaveSingleItem().Code.ShouldBe("package-too-large");
        content.Versions.ShouldBeNull();
    }

    [Theory]
    [InlineData('L')]
    [InlineData('K')]
    [InlineData('x')]
    [InlineData('g')]
    public async Task A_name_that_says_it_is_a_gigabyte_long_is_refused_before_it_is_read(char type)
    {
        using var archive = new MemoryStream(Packed([.. Header("x", type, 1L << 30), .. new byte[1024]]));
        var problem = (await PackageArchive.ReadAsync(archive, TestContext.Current.CancellationToken)).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("package-not-targz");
        problem.Args["detail"].ShouldBe("a header of 1073741824 bytes");
    }

    [Fact]
    public async Task A_size_without_bytes_is_no_whole_archive()
    {
        using var archive = new MemoryStream(Packed(Header("qingcloud-installer/x", '0', 8L << 30)));
        (await PackageArchive.ReadAsync(archive, TestContext.Current.CancellationToken)).Problems.ShouldHaveSingleItem().Code.ShouldBe("package-not-targz");
    }

    private static async Task<IReadOnlyList<string>> CodesAsync(params TarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        await using (var zip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(zip, TarEntryFormat.Gnu))
        {
            await tar.WriteEntryAsync(new GnuTarEntry(TarEntryType.RegularFile, "qingcloud-installer/version.json") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(Version)) });
            foreach (var entry in entries)
                await tar.WriteEntryAsync(entry);
        }

        bytes.Position = 0;
        return [.. (await PackageArchive.ReadAsync(bytes, TestContext.Current.CancellationToken)).Problems.Select(p => p.Code)];
    }

    private static byte[] Packed(byte[] plain)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Optimal))
            zip.Write(plain);
        return bytes.ToArray();
    }

    /// <summary>512 bytes as tar has them before each entry, of the format ustar.</summary>
    private static byte[] Header(string name, char type, long size)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(header, 124);
        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        "        "u8.CopyTo(header.AsSpan(148));
        header[156] = (byte)type;
        "ustar  \0"u8.CopyTo(header.AsSpan(257));
        Encoding.ASCII.GetBytes($"{Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0')}\0 ").CopyTo(header, 148);
        return header;
    }
}
