namespace Fleet.ZoneLab;

public static partial class Profiles
{
    private static void Sites()
    {
        Add("healthy", "a global zone on a late 4.x: one file of variables", shape => shape);
        Add("global", "the same", shape => shape);
        Add("sub", "a sub zone", shape => shape with { Ids = [new ZoneIdShape(shape.Name, "sub")] });
        Add("special-sub", "a sub zone under qingcloud's management: the website is upgraded too", shape => shape with { Ids = [new ZoneIdShape(shape.Name, "sub", Special: true)] });
        Add("healthy-4.2", "a site on 4.2: a file per variable and zone, gen_node_list.sh, an old supervisor", shape => shape with
        {
            Installer = "4.2.1",
            Patch = "20190318",
            Upgrade = "20190318",
            Qingcloud = "20190318",
            SupervisorExits3 = false,
        });
        Add("region", "one firstbox with two zone ids: a global and a sub zone", shape => Region(shape, special: false));
        Add("region-special", "a region whose second id is a special sub zone", shape => Region(shape, special: true));
        Add("site-3x", "still on 3.x: /pitrix/version and no version.json", shape => shape with { Installer = "3.8.2", PlainVersion = "3.8.2" });
        Add("already-there", "at the package's version", shape => shape with
        {
            Installer = shape.Package.Installer,
            Patch = shape.Package.Patch,
            Upgrade = shape.Package.Upgrade,
            Qingcloud = shape.Package.Qingcloud,
        });
        Add("newer", "on a newer version than the package's", shape => shape with { Installer = "4.11.0", Patch = "20210101", Upgrade = "20210101", Qingcloud = "20210101" });
        Add("wrong-cloud-type", "cloud_type is public", shape => shape with { CloudType = "public" });
        Add("kind-contradiction", "a sub zone that the inventory declares global", shape => shape with { Ids = [new ZoneIdShape(shape.Name, "sub")], DeclaredKind = "global" });
        Add("mixed-repo", "two versions of a package, a package of another OS, a file that is no package", shape => shape with
        {
            ExtraRepo = ["indep/pitrix-hyper_20180110_all.deb", "14.04.5/libvirt-bin_1.3.1-1ubuntu10_amd64.deb", "16.04.3/notes.txt.bak"],
        });
        Add("high-qemu", "nodes on 12.04, and higher QEMU versions in the repo than server.yaml lists", shape => HighQemu(shape));
        Add("legacy-qemu", "the same, and declared so in the inventory", shape => HighQemu(shape) with { LegacyQemu = true });
        Add("clock-ahead", "its clock is an hour ahead", shape => shape with { ClockOffset = TimeSpan.FromHours(1) });
        Add("clock-behind", "its clock is an hour behind", shape => shape with { ClockOffset = TimeSpan.FromHours(-1) });
        Add("disk-full", "next to nothing is free below /root", shape => shape with
        {
            SmallDisks = new Dictionary<string, long> { ["/root"] = 256 * 1024 },
            Files = new Dictionary<string, string>(shape.Files) { ["/root/core"] = new('x', 208 * 1024) },
        });
        Add("disk-full-var", "next to nothing is free below /var/lib/fleet", shape => shape with
        {
            SmallDisks = new Dictionary<string, long> { ["/var/lib/fleet"] = 64 * 1024 },
            Files = new Dictionary<string, string>(shape.Files) { ["/var/lib/fleet/core"] = new('x', 56 * 1024) },
        });
    }

    private static ZoneShape Region(ZoneShape shape, bool special)
    {
        var second = shape.Name + "b";
        return shape with
        {
            Ids = [new ZoneIdShape(shape.Name, "global"), new ZoneIdShape(second, "sub", special)],
            Nodes = [.. shape.Nodes, new NodeShape($"{second}-web1", "webservice") { ZoneId = second }, new NodeShape($"{second}-hyper1", "hyper") { ZoneId = second }],
        };
    }

    private static ZoneShape HighQemu(ZoneShape shape) => shape.WithNode("-hyper1", node => node with { OsVersion = "12.04" }) with
    {
        Emulators = ["2.4.1.2"],
        ExtraRepo = [.. shape.ExtraRepo, "14.04.5/qemu_2.11.1.1_amd64.deb", "16.04.3/qemu_2.11.1.1_amd64.deb", "14.04.5/libvirt-dev_3.6.0_amd64.deb", "16.04.3/libvirt-dev_3.6.0_amd64.deb"],
    };

    private static void Logins()
    {
        Add("password", "a password and no key", shape => shape with { Login = LoginShape.Password });
        Add("keyboard-interactive", "the password is asked for by keyboard-interactive", shape => shape with { Login = LoginShape.KeyboardInteractive });
        Add("sudo", "a user that is not root, with sudo", shape => shape with { Login = LoginShape.Sudo });
        Add("sudo-password", "a user that is not root, whose password sudo wants", shape => shape with { Login = LoginShape.Sudo, SudoAsks = true });
        Add("old-ssh", "an old server: ssh-rsa and group14-sha1 only", shape => shape with { OldAlgorithms = true });
        Add("bash-start-up", "root's bash start-up file takes its time and says hello on standard error", shape => shape with { BashStartUp = "sleep 0.1\necho 'Welcome to the firstbox' >&2\nalias rm='rm -i'\n" });
        Add("chinese-gbk", "LANG is zh_CN.GBK and some scripts print GBK", shape => (shape with { Lang = "zh_CN.GBK" })
            .WithFault(new FaultShape("upgrade_pkgs.begin", "print") { Text = Gbk("正在升级青云平台，请稍候……\n") })
            .WithFault(new FaultShape("pre_upgrade.end", "print") { Text = Gbk("准备工作已完成\n") }));
    }

    private static byte[] Gbk(string text)
    {
        System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);
        return System.Text.Encoding.GetEncoding("gb18030").GetBytes(text);
    }
}
