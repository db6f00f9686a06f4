using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Fleet.ZoneLab;

/// <summary>The installer package that zones are upgraded to.</summary>
public sealed record LabPackage(string Path, string Installer, string Date)
{
    public string FileName => System.IO.Path.GetFileName(Path);
    public string Upgrade => Date;
    public string Qingcloud => Date;
    public string Patch => Date;
    public long Size { get; private init; }

    /// <summary>SHA-256 in hexadecimal, small letters.</summary>
    public string Digest { get; private init; } = "";

    internal static LabPackage Create(string directory, LabOptions options)
    {
        var path = System.IO.Path.Combine(directory, $"qingcloud-installer_{options.PackageInstaller}-{options.PackageDate}_amd64.tar.gz");
        using (var file = File.Create(path))
        using (var zip = new GZipStream(file, CompressionLevel.Fastest))
        using (var tar = new TarWriter(zip, TarEntryFormat.Gnu))
        {
            Add(tar, "qingcloud-installer/", null);
            Add(tar, "qingcloud-installer/version.json", $$"""
                {
                  "installer": "{{options.PackageInstaller}}",
                  "patch": "{{options.PackageDate}}",
                  "upgrade": "{{options.PackageDate}}",
                  "qingcloud": "{{options.PackageDate}}"
                }

                """);
            Add(tar, "qingcloud-installer/README", "QingCloud installer of the zone lab.\n");
            Add(tar, "qingcloud-installer/bootstrap/", null);
            Add(tar, "qingcloud-installer/bootstrap/upgrade.sh", VendorScripts.Stub("bootstrap_upgrade.sh"), executable: true);
            foreach (var name in (string[])["pitrix-common", "pitrix-hyper", "pitrix-proxy", "pitrix-boss-daemon"])
                Add(tar, $"qingcloud-installer/repo/indep/{name}_{options.PackageDate}_all.deb", "!<arch>\n");
            Add(tar, "qingcloud-installer/upgrades/billing.sql", "ALTER TABLE job ADD COLUMN zone text;\n");
            if (options.PackagePadding > 0)
                tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, "qingcloud-installer/padding") { DataStream = new MemoryStream(RandomNumberGenerator.GetBytes((int)options.PackagePadding)) });
        }
        return new LabPackage(path, options.PackageInstaller, options.PackageDate)
        {
            Size = new FileInfo(path).Length,
            Digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
        };
    }

    private static void Add(TarWriter tar, string name, string? text, bool executable = false)
    {
        var entry = new GnuTarEntry(text is null ? TarEntryType.Directory : TarEntryType.RegularFile, name)
        {
            Mode = text is null || executable ? VendorScripts.Executable : VendorScripts.Plain,
        };
        if (text is not null)
            entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        tar.WriteEntry(entry);
    }
}
