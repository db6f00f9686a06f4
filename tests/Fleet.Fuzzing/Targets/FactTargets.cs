using Fleet.Runbooks.Facts;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Probing;
using Fleet.Worker.Steps.UpgradePackages;

namespace Fleet.Fuzzing.Targets;

/// <summary>What the vendor's tools and the operating system print.</summary>
internal static class FactTargets
{
    private static readonly string[] Asked = ["hyper01", "hyper02", "a"];

    public static IReadOnlyList<Target> All { get; } =
    [
        Target.OfText("version-json", t => VersionJson.Read(t, out _), """{"installer": "4.3.2", "patch": "20261101", "upgrade": "20261030", "qingcloud": "20261101"}""", """{"current": {"installer": "4.3.2", "qingcloud": "20261101", "upgrade": "20261030"}, "new_upgrade": "1", "histories": [{"installer": "4.2.1"}]}"""),
        Target.OfText("version-number", t => Compared(t), "4.3.2", "20261101", "4.10.0-20270228"),
        Target.OfText("debian-version", t => DebianCompared(t), "2:1.3.1-1ubuntu10", "1.0~rc1-2+b1"),
        Target.OfText("supervisor", t => SupervisorStatus.Read(t), "apiserver                        RUNNING    pid 909, uptime 0:00:02\r\ngroup:cb_server   FATAL   Exited too quickly\nproxy STARTING\n", "unix:///var/run/supervisor.sock refused connection\n"),
        Target.OfText("check-py", t => CheckPyReport.Read(t), "Checking node [hyper01] ...\n[hyper01]\n  disk  Normal\n  ntp   Abnormal offset 3s\n| hyper01 | disk | Abnormal | 91% used |\nNormal: 2, Abnormal: 1\n", "\u001b[31mhyper01 raid error\u001b[0m\r"),
        Target.OfText("variables", t => ReadVariables(t), "cloud_type=\"private\" # x\n", "(pek1a pek1b)", "cloud_type: private\nis_global_zone: 1\n"),
        Target.OfText("variables-yaml", t => VariablesReader.FromYaml(["pek1a", "pek1b"], "/p", t, out _), "cloud_type: private\nis_global_zone: 1\nis_sub_zone: 0\n", "pek1a: {cloud_type: private}\npek1b: {is_sub_zone: 1}\n"),
        Target.OfText("server-yaml", t => ServerYaml.Emulators(t, out _), "compute_server:\n  emulator:\n    2.4.1.2: {a: b}\n    2.11.1.1: [c]\nother: &x 1\nlast: *x\n"),
        Target.OfText("node-settings", t => NodeSettings.Read(t), "role=\"hyper,snapshot\"\nhost='hyper01' # x\n"),
        Target.OfText("bash-words", t => BashText.Words(t), "a \"b c\" 'd' # e\nf\\ g $(h)\n"),
        Target.OfText("node-group", t => NodeGroupFile.Read(t), "hyper01 hyper02\n# x\n(a b)\n"),
        Target.OfText("node-groups", t => NodeGroups.Parse(t), "fleet-group hyper\nhyper01 hyper02\nfleet-role hyper, snapshot\n"),
        Target.OfText("exec-nodes", t => NodeHealth.Read(ExecNodesOutput.Read(t, Asked), Asked), "fleet-node:hyper01:begin\nfleet-node:hyper01:out:x=1\nleft fleet-node:hyper01:end\nfleet-node:z:begin\nError: can not ping node [hyper02]!\nE: dpkg was interrupted\n"),
        Target.OfText("packages-output", t => PackagesOutput.Of(t), "Are you sure to update [hyper] nodes with [hyper] packages [yes/no] yes\nUpdating [hyper01] with [hyper] ... Error!\nAre you sure to ignore [hyper01] [yes/no]: \n"),
        Target.OfText("disk", t => DiskReport.Read(t), "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 50 50 50% /\n"),
        Target.OfText("activity", t => ActivityReport.Read(t, p => p.Pid == 1, _ => true), "  1   0 root ?        /sbin/init\n 12   1 root pts/0    /bin/bash /pitrix/upgrade/upgrade_pkgs.sh -i\n 99  12 root ?  apt-get -y install x\n"),
        Target.OfText("repo-listing", t => RepoFindings.Of(RepoListing.Read("/pitrix/repo", t), ["2.4.1.2"]), "10\t/pitrix/repo/16.04.3/pitrix-hyper_20190101_amd64.deb\n10\t/pitrix/repo/16.04.3/lib_1.0-1~ubuntu14.04_amd64.deb\n"),
        Target.OfText("tar-listing", t => ReadListing(t), "drwxr-xr-x 0/0 0 2026-11-01 00:00:00 qingcloud-installer/\n-rw-r--r-- 0/0 120 2026-11-01 00:00:00 qingcloud-installer/version.json\nlrwxrwxrwx 0/0 0 2026-11-01 00:00:00 qingcloud-installer/a -> version.json\n"),
        Target.OfText("upgrade-log", t => UpgradeLog.Read(t), "2026-11-01 begin\nerror: x\nUpgrade successfully!\n"),
        Target.OfText("backup-digest", t => { BackupDigest.Read(t); TreeSize.Read(t); }, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n", "12 3400\n"),
        Target.OfText("upload-look", t => RemoteFiles.Parse(t), "final 120 e3b0c4\npart 12 7\nfree 100000\n"),
        Target.OfText("zone-standing", t => ZoneStanding.Parse(t), "\n==fleet-section host.name\nfb\n==fleet-section boot.id\nx\n==fleet-section version.json\n{\"current\": {\"installer\": \"4.3.2\", \"qingcloud\": \"1\"}}\n==fleet-section version\n\n==fleet-section zone.ids\npek1a\n==fleet-section markers\nbootstrap.Done\n==fleet-section rescue\n==fleet-section installers\n==fleet-section runner\nfence=7\n==fleet-section processes\n12 root pts/0 upgrade_pkgs.sh\n==fleet-section end\n"),
    ];

    private static void Compared(string text)
    {
        Held.That((VersionNumber.Compare(text, text) ?? 0) == 0, "a version equals itself");
        Held.That(Math.Sign(VersionNumber.Compare(text, "4.3.2") ?? 0) == -Math.Sign(VersionNumber.Compare("4.3.2", text) ?? 0), "an order has two sides");
        VersionNumber.MinorsBetween(text, "4.3.2");
    }

    private static void DebianCompared(string text)
    {
        Held.That(DebianVersion.Compare(text, text) == 0, "a version equals itself");
        Held.That(Math.Sign(DebianVersion.Compare(text, "1:1.0-1")) == -Math.Sign(DebianVersion.Compare("1:1.0-1", text)), "an order has two sides");
        DebianVersion.Upstream(text);
    }

    private static void ReadVariables(string text)
    {
        VariablesReader.ZoneIds(text);
        VariablesReader.FromFiles("pek1a", "/v", _ => text);
    }

    private static void ReadListing(string text)
    {
        var listing = TarListing.Read(text, "qingcloud-installer");
        Held.That(listing.UnpackedBytes >= 0, "sizes never add up to less than nothing");
    }
}
