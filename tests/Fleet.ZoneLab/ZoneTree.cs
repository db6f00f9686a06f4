using System.Globalization;
using System.Text;

namespace Fleet.ZoneLab;

/// <summary>The files of one zone: its private root, and the lab's side of it (<c>/run/lab</c> in the zone).</summary>
internal static class ZoneTree
{
    private static readonly Version VariablesYamlSince = new(4, 3, 0);

    public static void Write(ZoneShape shape, Tree root, Tree lab)
    {
        BaseSystem(root);
        Installer(shape, root);
        Variables(shape, root);
        Nodes(shape, root, lab);
        Repo(shape, root);
        Packages(root, "/var/lib/dpkg", shape.Installer, ["pitrix-installer-bootstrap", "pitrix-installer-cli", "pitrix-installer-upgrade"]);
        Lab(shape, lab);
        if (shape.PackageOnFirstbox)
            root.File($"/root/{shape.Package.FileName}", System.IO.File.ReadAllBytes(shape.Package.Path));
        foreach (var (path, text) in shape.Files)
            root.File(path, text);
        foreach (var disk in shape.SmallDisks.Keys)
            root.Folder(disk);
        if (shape.BashStartUp is { } startUp)
            root.File("/root/.bashrc", startUp);
        if (shape.ClockOffset != TimeSpan.Zero)
            Clock(shape.ClockOffset, root);
    }

    private static void BaseSystem(Tree root)
    {
        foreach (var folder in (string[])["/usr", "/proc", "/dev", "/run", "/root/.ssh", "/home", "/opt", "/tmp", "/var/tmp", "/var/log", "/var/lib", "/var/cache", "/mnt", "/sys"])
            root.Folder(folder);
        foreach (var link in (string[])["bin", "sbin", "lib", "lib64"])
            root.Link("/" + link, "usr/" + link);
        foreach (var folder in (string[])["/tmp", "/var/tmp"])
            File.SetUnixFileMode(root.At(folder), VendorScripts.Executable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit);
        root.File("/etc/hostname", "qingcloud-firstbox\n");
        root.File("/etc/hosts", "127.0.0.1 localhost qingcloud-firstbox firstbox\n");
        root.File("/etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=16.04\nDISTRIB_CODENAME=xenial\nDISTRIB_DESCRIPTION=\"Ubuntu 16.04.3 LTS\"\n");
        root.File("/etc/os-release", "NAME=\"Ubuntu\"\nVERSION=\"16.04.3 LTS (Xenial Xerus)\"\nID=ubuntu\nVERSION_ID=\"16.04\"\n");
        root.File("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n");
        root.File("/etc/login.defs", "UMASK 022\n");
    }

    /// <summary>No namespace has a wall clock of its own: every program of the zone is told another time by libfaketime.</summary>
    private static void Clock(TimeSpan offset, Tree root)
    {
        var library = Directory.EnumerateDirectories("/usr/lib").Select(d => Path.Combine(d, "faketime", "libfaketime.so.1")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("A zone whose clock is off needs libfaketime.so.1 in /usr/lib/*/faketime. Install the distribution's package faketime (./eng/test does).");
        root.File("/etc/ld.so.preload", library + "\n");
        root.File("/etc/faketimerc", string.Create(CultureInfo.InvariantCulture, $"{offset.TotalSeconds:+0;-0}\n"));
    }

    private static void Installer(ZoneShape shape, Tree root)
    {
        if (shape.PlainVersion is { } plain)
            root.File("/pitrix/version", plain + "\n");
        else
        {
            root.File("/pitrix/version.json", $$"""
                {
                  "current": {
                    "installer": "{{shape.Installer}}",
                    "patch": "{{shape.Patch}}",
                    "upgrade": "{{shape.Upgrade}}",
                    "qingcloud": "{{shape.Qingcloud}}"
                  },
                  "old": [{"installer": "4.0.2", "patch": "20180110", "upgrade": "20180110", "qingcloud": "20180110"}]
                }

                """);
        }

        root.File("/root/qingcloud-installer/version.json", $"{{\n  \"installer\": \"{shape.Installer}\",\n  \"patch\": \"{shape.Patch}\",\n  \"upgrade\": \"{shape.Upgrade}\",\n  \"qingcloud\": \"{shape.Qingcloud}\"\n}}\n");
        root.File("/root/qingcloud-installer/README", "QingCloud installer.\n");
        root.File("/root/qingcloud-installer/bootstrap/upgrade.sh", VendorScripts.Stub("bootstrap_upgrade.sh"), executable: true);
        root.File("/root/upgrade.log", "\n2018-01-20 03:10:11 Info: Begin to upgrade platform...\n2018-01-20 03:10:12 Error: QingCloud is not running.\n"
            + "\n2018-01-21 03:10:11 Info: Begin to upgrade platform...\n2018-01-21 03:30:02 Info: The installer is upgraded successfully. Check it please!\n");

        foreach (var (path, source) in (IEnumerable<(string, string)>)[
            ("cli/describe-qingcloud.py", "describe-qingcloud.sh"), ("bin/scan_all.sh", "scan_all.sh"), ("check/check.py", "check.sh"),
            ("upgrade/exec_nodes.sh", "exec_nodes.sh"), ("upgrade/pre_upgrade.sh", "pre_upgrade.sh"), ("upgrade/upgrade_pkgs.sh", "upgrade_pkgs.sh"),
            ("upgrade/post_upgrade.sh", "post_upgrade.sh"), ("upgrade/update.sh", "update.sh"), ("upgrade/update_nodes.sh", "update_nodes.sh"),
            (HasVariablesYaml(shape) ? "bin/gen_node_list.py" : "bin/gen_node_list.sh", "gen_node_list.sh")])
        {
            root.File($"/pitrix/{path}", VendorScripts.Stub(source), executable: true);
        }

        root.Folder("/pitrix/log/upgrade");
        root.Folder("/pitrix/backup");
        foreach (var marker in shape.OldMarkers)
        {
            root.File($"/pitrix/upgrade/{marker}", "");
            File.SetLastWriteTimeUtc(root.At($"/pitrix/upgrade/{marker}"), new DateTime(2019, 3, 20, 4, 5, 6, DateTimeKind.Utc));
        }
    }

    private static bool HasVariablesYaml(ZoneShape shape) => Version.Parse(shape.Installer) >= VariablesYamlSince;

    private static void Variables(ZoneShape shape, Tree root)
    {
        const string folder = "/pitrix/conf/variables";
        root.File($"{folder}/zone_ids", string.Concat(shape.Ids.Select(id => id.Id + "\n")));
        root.File($"{folder}/is_region", shape.IsRegion ? "1\n" : "0\n");
        if (HasVariablesYaml(shape))
            root.File($"{folder}/variables.yaml", VariablesYaml(shape));
        else
        {
            foreach (var id in shape.Ids)
            {
                root.File($"{folder}/cloud_type.{id.Id}", $" \"{shape.CloudType}\"   # the platform's type\n");
                root.File($"{folder}/is_global_zone.{id.Id}", id.Kind == "global" ? "1\n" : "0\n");
                root.File($"{folder}/is_sub_zone.{id.Id}", id.Kind == "sub" ? "'1'\n" : "'0'\n");
            }
        }

        foreach (var id in shape.Ids)
        {
            var text = new StringBuilder("compute_server:\n  emulator:\n");
            foreach (var version in shape.Emulators)
                text.Append($"    {version}: {{bin: {(version.StartsWith("2.4", StringComparison.Ordinal) ? "" : $"/opt/qemu-{version}")}/usr/bin}}\n");
            text.Append($"    default: {shape.Emulators[^1]}\n");
            root.File($"{folder}/global/server.yaml.{id.Id}", text.ToString());
        }
    }

    private static string VariablesYaml(ZoneShape shape)
    {
        var text = new StringBuilder("# Variables of the platform.\n");
        foreach (var id in shape.Ids)
        {
            var indent = shape.IsRegion ? "  " : "";
            if (shape.IsRegion)
                text.Append($"{id.Id}:\n");
            text.Append($"{indent}cloud_type:   '{shape.CloudType}'    # private | public\n");
            text.Append($"{indent}is_global_zone: \"{(id.Kind == "global" ? 1 : 0)}\"\n");
            text.Append($"{indent}is_sub_zone : {(id.Kind == "sub" ? 1 : 0)} # 1: yes\n");
        }
        return text.ToString();
    }

    private static void Nodes(ZoneShape shape, Tree root, Tree lab)
    {
        var groups = new Dictionary<string, List<string>>();
        foreach (var group in (string[])["all", "hyper", "ks", "vg", "webservice", "proxy", "dns", "dnsmaster", "boss", "seed", "vbr", "vgateway", "bm", "vdi", "snapshot", "pgserver", "zoocassa"])
            groups[group] = [];
        var address = 10;
        foreach (var node in shape.Nodes)
        {
            var master = node.Role.Split(' ').Contains("dns");
            root.File($"/pitrix/conf/settings/{node.Name}",
                $"role=\"{node.Role}\"\nmgmt_network_address=\"10.16.0.{address++}\"\nos_version=\"{node.OsVersion}\"\nzone_id=\"{node.ZoneId ?? shape.Ids[0].Id}\"\n{(master ? "dns_master=\"1\"\n" : "")}");
            groups["all"].Add(node.Name);
            foreach (var role in node.Role.Split(' '))
            {
                groups.GetOrAdd(role).Add(node.Name);
                if (role == "dns")
                    groups["dnsmaster"].Add(node.Name);
                if (role == "webservice" && shape.IsRegion)
                    groups.GetOrAdd($"{node.ZoneId ?? shape.Ids[0].Id}-webservice").Add(node.Name);
            }

            var home = $"/nodes/{node.Name}";
            lab.Folder($"{home}/pitrix/conf");
            lab.Folder($"{home}/root");
            if (node.Apt is { } apt)
                lab.File($"{home}/apt", apt + "\n");
            if (node.Apt == "half-installed")
                Packages(lab, $"{home}/dpkg", shape.Qingcloud, ["pitrix-proxy"], "half-configured");
            if (!node.Reachable)
                lab.File($"{home}/unreachable", "");
            if (node.RescueDisabled)
                lab.File($"{home}/pitrix/conf/disable_hyperpair_rescue", "");
        }
        foreach (var (group, nodes) in groups)
            root.File($"/pitrix/conf/nodes/{group}", $"nodes=({string.Join(' ', nodes.Select(n => $"\"{n}\""))})\n");
    }

    private static void Repo(ZoneShape shape, Tree root)
    {
        string[] files =
        [
            "indep/pitrix-common_20190318_all.deb", "indep/pitrix-hyper_20190318_all.deb", "indep/pitrix-proxy_20190318_all.deb", "indep/pitrix-boss-daemon_20190318_all.deb",
            "installer/pitrix-installer-cli_4.2.1_all.deb", "installer/README", "web/index.html",
            "14.04.5/libvirt-bin_1.2.2-0ubuntu13_amd64.deb", "16.04.3/libvirt-bin_1.3.1-1ubuntu10_amd64.deb",
            .. shape.Emulators.SelectMany(v => (string[])[$"14.04.5/qemu_{v}_amd64.deb", $"16.04.3/qemu_{v}_amd64.deb"]),
        ];
        foreach (var file in files.Concat(shape.ExtraRepo))
            root.File($"/pitrix/repo/{file}", "!<arch>\n" + file + "\n");
        root.File("/pitrix/os-repo/16.04.3/ubuntu-16.04.3-server-amd64.iso", "iso\n");
    }

    /// <summary>A real database for the real dpkg-query and dpkg --audit.</summary>
    private static void Packages(Tree tree, string folder, string version, IReadOnlyList<string> names, string state = "installed")
    {
        var status = new StringBuilder();
        foreach (var name in names)
        {
            status.Append($"Package: {name}\nStatus: install ok {state}\nPriority: optional\nSection: admin\nMaintainer: QingCloud <support@example.com>\nArchitecture: all\n"
                + $"Version: {version}\nDescription: part of the platform\n\n");
            tree.File($"{folder}/info/{name}.list", "/.\n");
            tree.File($"{folder}/info/{name}.md5sums", "");
        }
        tree.File($"{folder}/status", status.ToString());
        tree.File($"{folder}/available", "");
        tree.File($"{folder}/arch", "amd64\n");
        tree.File($"{folder}/info/format", "1\n");
        tree.Folder($"{folder}/updates");
        tree.Folder($"{folder}/triggers");
    }

    private static void Lab(ZoneShape shape, Tree lab)
    {
        lab.File("/services", string.Concat(shape.Services.Select(s => $"{s.Name} {s.State} {s.Kind}".TrimEnd() + "\n")));
        lab.Folder("/services.d");
        lab.File("/services.starting", $"{(long)shape.Starting.TotalMilliseconds}\n");
        if (shape.SupervisorExits3)
            lab.File("/services.exit3", "");
        lab.File("/check", string.Concat(shape.CheckItems.Select(item => item + "\n")));
        lab.Folder("/gates");
        lab.Folder("/faults");
        lab.Folder("/nodes");
        lab.File("/journal", "");
        foreach (var (path, text) in shape.Upgrades)
            lab.File($"/upgrades/{path}", text);
        foreach (var gate in shape.Gates)
            lab.File($"/gates/{gate}", "");
        foreach (var fault in shape.Faults)
            lab.File($"/faults/{fault.Point}", FaultFile(fault));
        lab.File("/durations", string.Concat(shape.Durations.Select(d => $"{d.Pattern} {d.Seconds.ToString(CultureInfo.InvariantCulture)}\n")));
    }

    public static byte[] FaultFile(FaultShape fault) =>
        [.. Encoding.ASCII.GetBytes($"{(fault.Times == 0 ? "always" : fault.Times)} {fault.Action}\n"), .. fault.Text.Span];

    private static List<string> GetOrAdd(this Dictionary<string, List<string>> groups, string group)
    {
        if (!groups.TryGetValue(group, out var nodes))
            groups[group] = nodes = [];
        return nodes;
    }
}
