using System.Reflection;

namespace Fleet.ZoneLab;

/// <summary>The one shared, read-only copy of the scripts; a zone's own files are two-line stubs that source it.</summary>
internal static class VendorScripts
{
    public const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    public const UnixFileMode Executable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const string InZone = "/usr/local/lib/zonelab";

    public static string Stub(string name) => $"#!/bin/bash\n. {InZone}/{name}\n";

    /// <summary>Writes the folder that becomes every zone's /usr/local, and the holder beside it.</summary>
    public static void WriteTo(string shared)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames())
        {
            var file = name.Replace('\\', '/') switch
            {
                "holder" => "holder",
                "supervisorctl" => "local/bin/supervisorctl",
                "apt-get" => "local/bin/apt-get",
                var other => $"local/lib/zonelab/{System.IO.Path.GetFileName(other)}",
            };
            var path = System.IO.Path.Combine(shared, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            using (var source = assembly.GetManifestResourceStream(name)!)
            using (var target = File.Create(path))
                source.CopyTo(target);
            File.SetUnixFileMode(path, Executable);
        }
    }
}
