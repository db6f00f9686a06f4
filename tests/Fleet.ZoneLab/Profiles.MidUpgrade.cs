namespace Fleet.ZoneLab;

public static partial class Profiles
{
    private const string RescueOff = "/pitrix/upgrade/exec_nodes.sh -f hyper 'touch /pitrix/conf/disable_hyperpair_rescue'";
    private const string RescueOn = "/pitrix/upgrade/exec_nodes.sh -f hyper 'rm /pitrix/conf/disable_hyperpair_rescue'";

    private static void MidUpgrade()
    {
        Add("stale-marker", "an upgrade that was given up long ago left its markers", shape => shape with { OldMarkers = ["pre_upgrade.Done", "upgrade_pkgs.Done"] });
        Add("package-on-firstbox", "the package lies in /root already", shape => shape with { PackageOnFirstbox = true });
        Add("by-hand-stage-package", "somebody has unpacked the package", shape => ByHand(shape, 1));
        Add("by-hand-initialize-installer", "somebody has gone on and run bootstrap", shape => ByHand(shape, 2));
        Add("by-hand-prepare-platform", "somebody has gone on and switched rescue off", shape => ByHand(shape, 3));
        Add("by-hand-pre-upgrade", "somebody has gone on and run pre_upgrade", shape => ByHand(shape, 4));
        Add("by-hand-upgrade-packages", "somebody has gone on and run upgrade_pkgs", shape => ByHand(shape, 5));
        Add("by-hand-upgrade-platform", "somebody has gone on and run post_upgrade; rescue is still off", shape => ByHand(shape, 6));
        Add("by-hand-done", "somebody has done it all", shape => ByHand(shape, 7));
        Add("half-upgraded", "an earlier rollout's upgrade_pkgs ended at a component that failed", shape =>
            ByHand(shape, 5).WithFault(ComponentFault(shape, times: 1)));
        Add("killed-after-post-upgrade", "an upgrade was killed right after post_upgrade: no marker is left, rescue is still off", shape => ByHand(shape, 6));
        Add("post-upgrade-died", "post_upgrade was killed after it wrote version.json: the markers are still there", shape =>
            ByHand(shape, 6).WithFault(new FaultShape("post_upgrade.versions-written", "die")));
        Add("foreign-script", "somebody's own pre_upgrade.sh is at work", shape => shape with { Foreign = "/pitrix/upgrade/pre_upgrade.sh" });
        Add("foreign-apt", "somebody's apt-get is at work on the firstbox", shape => shape with { Foreign = "/usr/bin/apt-get install -y pitrix-common" });
    }

    /// <summary>The runbook's commands as a person types them, up to the end of a stage.</summary>
    private static ZoneShape ByHand(ZoneShape shape, int stages) => shape with
    {
        PackageOnFirstbox = true,
        Prepare =
        [
            .. ((string[])[
                $"mv /root/qingcloud-installer /root/qingcloud-installer_{shape.Installer} && tar -zxf /root/{shape.Package.FileName} -C /root/",
                "/root/qingcloud-installer/bootstrap/upgrade.sh",
                $"/pitrix/bin/gen_node_list.py && {RescueOff}",
                "/pitrix/upgrade/pre_upgrade.sh",
                "/pitrix/upgrade/upgrade_pkgs.sh",
                "/pitrix/upgrade/post_upgrade.sh",
                $"/pitrix/check/check.py -n all && {RescueOn}",
            ]).Take(stages),
        ],
    };
}
