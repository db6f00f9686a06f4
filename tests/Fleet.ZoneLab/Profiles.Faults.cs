using System.Text;

namespace Fleet.ZoneLab;

public static partial class Profiles
{
    private static void Nodes()
    {
        Add("apt-failing", "apt of one node is broken", shape => shape.WithNode("-proxy1", node => node with { Apt = "error" }));
        Add("apt-fetch", "one node's apt cannot fetch its indexes, and ends with 0", shape => shape.WithNode("-proxy1", node => node with { Apt = "fetch" }));
        Add("node-half-installed", "one node has a half-configured package, which only dpkg --audit shows", shape => shape.WithNode("-proxy1", node => node with { Apt = "half-installed" }));
        Add("node-unreachable", "one hyper does not answer", shape => shape.WithNode("-hyper2", node => node with { Reachable = false }));
        Add("site-rescue-flag", "the site itself has switched rescue off on one hyper", shape => shape.WithNode("-hyper2", node => node with { RescueDisabled = true }));
        Add("many-nodes", "40 more hypers", shape => shape with { Nodes = [.. shape.Nodes, .. Enumerable.Range(3, 40).Select(n => new NodeShape($"{shape.Name}-hyper{n}", "hyper"))] });
        Add("service-down", "one service never starts", shape => shape with
        {
            Services = [.. shape.Services.Select(s => s.Name == "installer-daemon" ? s with { State = "FATAL", Kind = "broken" } : s)],
        });
        Add("slow-services", "services are STARTING for some seconds", shape => shape with { Starting = TimeSpan.FromSeconds(3) });
        Add("check-new-failure", "check.py finds something that was fine before", shape => shape with
        {
            CheckItems = [.. shape.CheckItems, $"before [{shape.Name}-hyper1] live migration: Normal", $"after [{shape.Name}-hyper1] live migration: Abnormal"],
        });
        Add("check-old-failure", "check.py finds something that was so before", shape => shape with { CheckItems = [.. shape.CheckItems, $"always [{shape.Name}-snapshot1] raid battery: Abnormal"] });
    }

    private static void Scripts()
    {
        Add("component-fails-once", "one component fails on one node, the first time", shape => shape.WithFault(ComponentFault(shape, times: 1)));
        Add("component-fails-always", "one component fails on one node, every time", shape => shape.WithFault(ComponentFault(shape, times: 0)));
        Add("proxy-fails-once", "the proxy's component fails on its only node, the first time", shape => shape.WithFault(ProxyFault(shape, times: 1)));
        Add("proxy-fails-always", "the proxy's component fails on its only node, every time", shape => shape.WithFault(ProxyFault(shape, times: 0)));
        Add("manual-operations", "there are steps to do by hand afterwards", shape => shape with
        {
            Upgrades = new Dictionary<string, string>
            {
                ["manual-operations"] = "1. Restart the seed daemon on the first seed node: service pitrix-seed restart\n2. Sign in to the console and look at the zone's quotas.\n",
                ["20200630/README.quota"] = "The quotas of snapshots changed; see the console.\n",
            },
        });
        Add("bootstrap-fails", "bootstrap fails before it changes anything", shape => shape.WithFault(Fault("bootstrap.begin", "fail", "dpkg: error: cannot read the archive")));
        Add("bootstrap-dies", "bootstrap is killed right after it wrote version.json", shape => shape.WithFault(new FaultShape("bootstrap.versions-written", "die")));
        Add("bootstrap-half-installed", "bootstrap fails installing its packages, version.json is new already", shape => shape.WithFault(Fault("bootstrap.install.pitrix-installer-cli", "fail")));
        Add("failed-dump", "pre_upgrade's dump breaks off, and the script does not notice", shape => shape.WithFault(new FaultShape("pre_upgrade.dump", "fail", Times: 0)));
        Add("failed-installer-dump", "bootstrap's dump breaks off, and the script does not notice", shape => shape.WithFault(new FaultShape("bootstrap.dump", "fail", Times: 0)));
        Add("sql-errors", "SQL of pre_upgrade fails under its marker", shape => shape.WithFault(Fault("pre_upgrade.sql", "fail", "column \"zone\" of relation \"job\" already exists")));
        Add("rsync-errors", "a copy of pre_upgrade fails under its marker", shape => shape.WithFault(new FaultShape("pre_upgrade.rsync", "fail")));
        Add("snapshot-backup-missing", "pre_upgrade's copy on the snapshot node is not made, under its marker", shape => shape.WithFault(Fault("pre_upgrade.snapshot", "fail", "rsync: connection unexpectedly closed")));
        Add("pre-upgrade-fails", "pre_upgrade fails once", shape => shape.WithFault(Fault("pre_upgrade.merge", "fail", "yaml: line 12: did not find expected key")));
        Add("post-upgrade-fails", "post_upgrade fails once", shape => shape.WithFault(Fault("post_upgrade.restart", "fail", "restart of pitrix-ks timed out")));
        Add("website-fails", "the website's update fails once", shape => shape.WithFault(Fault("update.global-website", "fail", "E: Unable to locate package pitrix-global-website")));
        Add("hanging-script", "pre_upgrade hangs", shape => shape.WithFault(new FaultShape("pre_upgrade.backup", "hang")));
    }

    private static void Output()
    {
        Add("output-50mb", "upgrade_pkgs prints 50 MB", shape => shape.WithFault(new FaultShape("upgrade_pkgs.begin", "spew 52428800")));
        Add("line-10mb", "pre_upgrade prints a line of 10 MB without a newline", shape => shape.WithFault(new FaultShape("pre_upgrade.end", "line 10485760")));
        Add("no-utf8", "bootstrap prints bytes that are no UTF-8", shape => shape.WithFault(new FaultShape("bootstrap.end", "print") { Text = new byte[] { 0xff, 0xfe, 0x80, 0xc3, 0x28, 0x00, 0xf0, 0x28, 0x8c, (byte)'\n' } }));
        Add("terminal-escapes", "pre_upgrade prints escapes that clear screens, set titles and move the cursor", shape =>
            shape.WithFault(Fault("pre_upgrade.end", "print", "\e[2J\e[1;1H\e]0;owned\a\e[31mred\e[0m\e[8mhidden\e[0m\e[1A\e[2Kgone\r\b\b<script>alert(1)</script>\n")));
        Add("password-in-output", "post_upgrade prints a password", shape => shape.WithFault(Fault("post_upgrade.end", "print", "mysql --user=root --password=Zh-9secret pitrix\nPGPASSWORD=Zh-9secret psql -U yunify\n")));
    }

    private static FaultShape ComponentFault(ZoneShape shape, int times) =>
        new($"update.{shape.Name}-hyper1.hyper", "fail", times) { Text = "dpkg: error processing package pitrix-hyper (--configure):\n subprocess installed post-installation script returned error exit status 1"u8.ToArray() };

    private static FaultShape ProxyFault(ZoneShape shape, int times) =>
        new($"update.{shape.Name}-proxy1.proxy", "fail", times) { Text = "E: Failed to fetch pitrix-proxy_5.0.2  Hash Sum mismatch"u8.ToArray() };

    private static FaultShape Fault(string point, string action, string text = "") => new(point, action) { Text = Encoding.UTF8.GetBytes(text) };
}
