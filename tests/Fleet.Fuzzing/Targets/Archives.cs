using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Fleet.Fuzzing.Targets;

/// <summary>Small tar.gz files of every kind; stored, not packed, so that an edit reaches the tar and not only the gzip.</summary>
internal static class Archives
{
    public static IReadOnlyList<byte[]> Seeds { get; } = [Make(TarEntryFormat.Gnu), Make(TarEntryFormat.Pax), Make(TarEntryFormat.Ustar), Make(TarEntryFormat.V7)];

    private static byte[] Make(TarEntryFormat format)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.NoCompression, leaveOpen: true))
        using (var tar = new TarWriter(zip, format))
        {
            var file = format switch
            {
                TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, "qingcloud-installer/version.json"),
                TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, "qingcloud-installer/version.json"),
                TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, "qingcloud-installer/version.json"),
                _ => (TarEntry)new V7TarEntry(TarEntryType.V7RegularFile, "qingcloud-installer/version.json"),
            };
            file.DataStream = new MemoryStream(Encoding.UTF8.GetBytes("""{"installer": "4.3.2", "qingcloud": "20261101"}"""));
            tar.WriteEntry(file);
            if (format == TarEntryFormat.Gnu)
                tar.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, "qingcloud-installer/" + new string('l', 120)) { LinkName = "version.json" });
        }

        return bytes.ToArray();
    }
}
