using System.Text;

namespace Fleet.ZoneLab;

/// <summary>The command line that makes a zone's namespaces: its own mounts, host name, processes; only /usr is shared, and nothing of it can be written.</summary>
internal static class Sandbox
{
    public static string EnterScript(ZoneShape shape, string folder, string shared)
    {
        var line = new StringBuilder("exec bwrap --die-with-parent --info-fd 3 --cap-add ALL \\\n");
        line.Append("  --unshare-pid --unshare-uts --unshare-ipc --hostname qingcloud-firstbox \\\n");
        line.Append($"  --bind '{folder}/root' / --ro-bind /usr /usr --ro-bind '{shared}/local' /usr/local \\\n");
        foreach (var path in (string[])["/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime"])
        {
            if (Path.Exists(path))
                line.Append($"  --ro-bind {path} {path} \\\n");
        }
        if (File.Exists("/usr/bin/apt-get"))
            line.Append($"  --ro-bind '{shared}/local/bin/apt-get' /usr/bin/apt-get \\\n");
        line.Append("  --proc /proc --dev /dev --tmpfs /run --dir /run/sshd --dir /run/lock \\\n");
        line.Append($"  --bind '{folder}/lab' /run/lab --ro-bind '{folder}/lab/boot_id' /proc/sys/kernel/random/boot_id \\\n");
        var fill = new StringBuilder();
        foreach (var (disk, bytes) in shape.SmallDisks)
        {
            line.Append($"  --ro-bind '{folder}/root{disk}' /run/under{disk} --size {bytes} --tmpfs {disk} \\\n");
            fill.Append($"cp -a /run/under{disk}/. {disk}/; ");
        }
        line.Append($"  --chdir / -- /bin/sh -c '{fill}echo >/run/lab/ready; exec sleep infinity'\n");
        return line.ToString();
    }
}
