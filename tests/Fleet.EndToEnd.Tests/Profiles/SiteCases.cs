using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.ZoneLab;
using static Fleet.EndToEnd.Tests.Profiles.Commands;

namespace Fleet.EndToEnd.Tests.Profiles;

/// <summary>One simulated site, what a person answers there, and how it must end.</summary>
/// <param name="Zone">The zone's name in the lab; the case's name too.</param>
/// <param name="Profile">The lab's profile.</param>
/// <param name="End">The zone's state in the end.</param>
/// <param name="Asked">Kinds of decisions (with the step) that are asked: these and no others, in order, policies' prompts aside.</param>
/// <param name="Answers">Answers by <c>kind</c> or <c>kind/step</c>; used one after the other where there are several.</param>
internal sealed record SiteCase(string Zone, string Profile, string End, string[] Asked, (string To, Reply Reply)[] Answers)
{
    /// <summary>The changing commands of the runbook that run there: these and no others, in order.</summary>
    public IReadOnlyList<string> Runs { get; init; } = Whole;

    /// <summary>What is done to the zone before the rollout begins.</summary>
    public Func<LabZone, CancellationToken, Task>? Before { get; init; }
}

/// <summary>Every profile of the lab with its promise. A table: add a line to add a promise.</summary>
internal static class SiteCases
{
    private static readonly Reply Fail = new("fail");
    private static readonly Reply Retry = new("retry");
    private static readonly Reply Keep = new("keep");
    private static readonly Reply Release = new("release");

    public static IReadOnlyList<SiteCase> All { get; } =
    [
        // Nothing to ask.
        Quiet("global", "global"),
        Quiet("sub", "sub"),
        Quiet("special", "special-sub", runs: [.. Whole, Website]),
        Quiet("late42", "healthy-4.2"),
        Quiet("region", "region"),
        Quiet("regsp", "region-special", runs: [.. Whole, Website]),
        Quiet("slow", "slow-services"),
        Quiet("oldfail", "check-old-failure"),
        Quiet("gbk", "chinese-gbk"),
        Quiet("startup", "bash-start-up"),
        Quiet("passwd", "password"),
        Quiet("interact", "keyboard-interactive"),
        Quiet("sudo", "sudo"),
        Quiet("sudopass", "sudo-password"),
        Quiet("oldssh", "old-ssh"),
        Quiet("flagged", "site-rescue-flag"),
        Quiet("onbox", "package-on-firstbox"),
        Quiet("big", "output-50mb"),
        Quiet("longline", "line-10mb"),
        Quiet("noutf8", "no-utf8"),
        Quiet("escapes", "terminal-escapes"),
        Quiet("secret", "password-in-output"),
        Quiet("many", "many-nodes"),
        Quiet("there", "already-there", runs: []),
        Quiet("handdone", "by-hand-done", runs: []),

        // Must not be upgraded: ends without a question.
        new("three", "site-3x", "failed", [], []) { Runs = [] },
        new("public", "wrong-cloud-type", "failed", [], []) { Runs = [] },
        new("newer", "newer", "failed", [], []) { Runs = [] },

        // Asks, and goes on as told.
        new("contra", "kind-contradiction", "succeeded", ["kind-contradiction/variables"], [("kind-contradiction", new Reply("trust-zone"))]),
        new("down", "service-down", "failed", ["failed-step/services"], [("failed-step", Fail)]) { Runs = [] },
        new("apterr", "apt-failing", "succeeded", ["unhealthy-nodes/nodes-healthy"], [("unhealthy-nodes", new Reply("quarantine", Nodes: ["apterr-proxy1"], Typed: ["apterr-proxy1"]))]) { Runs = WithoutANode },
        new("aptfetch", "apt-fetch", "succeeded", ["unhealthy-nodes/nodes-healthy"], [("unhealthy-nodes", new Reply("quarantine", Nodes: ["aptfetch-proxy1"], Typed: ["aptfetch-proxy1"]))]) { Runs = WithoutANode },
        new("nodehalf", "node-half-installed", "succeeded", ["unhealthy-nodes/nodes-healthy"], [("unhealthy-nodes", new Reply("quarantine", Nodes: ["nodehalf-proxy1"], Typed: ["nodehalf-proxy1"]))])
        {
            Runs = WithoutANode,
        },
        new("dead", "node-unreachable", "failed", ["unhealthy-nodes/nodes-healthy"], [("unhealthy-nodes", Fail)]) { Runs = [Bootstrap, Nodes, Apt] },
        new("mixed", "mixed-repo", "succeeded", ["repo-findings/repo-content"], [("repo-findings", new Reply("move-out", Items: ["1"]))]) { Runs = [Bootstrap, Nodes, Apt, Scan, RescueOff, Prepare, Packages, Finish, RescueOn] },
        new("hiqemu", "high-qemu", "succeeded", ["repo-findings/qemu"], [("repo-findings", new Reply("leave"))]),
        new("legacy", "legacy-qemu", "succeeded", ["repo-findings/qemu"], [("repo-findings", new Reply("move-out", Items: ["1"]))]) { Runs = [Bootstrap, Scan, Nodes, Apt, RescueOff, Prepare, Packages, Finish, RescueOn] },
        new("ignored", "component-fails-once", "succeeded", ["prompt/upgrade-packages"], [("prompt", new Reply("yes"))]),
        new("again", "component-fails-once", "succeeded", ["prompt/upgrade-packages", "failed-step/upgrade-packages"], [("prompt", new Reply("no")), ("failed-step", Retry)]) { Runs = [Bootstrap, Nodes, Apt, RescueOff, Prepare, Packages, Packages, Finish, RescueOn] },
        new("always", "component-fails-always", "failed", ["prompt/upgrade-packages", "failed-step/upgrade-packages", "guard/enable-rescue"],
            [("prompt", new Reply("no")), ("failed-step", Fail), ("guard", Keep)]) { Runs = [Bootstrap, Nodes, Apt, RescueOff, Prepare, Packages] },
        new("manual", "manual-operations", "succeeded", ["manual/manual-operations"], [("manual", new Reply("done"))]),
        new("newbad", "check-new-failure", "succeeded", ["failed-step/platform-health", "guard/enable-rescue"], [("failed-step", new Reply("ignore")), ("guard", Release)]),
        new("bootfail", "bootstrap-fails", "succeeded", ["failed-step/bootstrap"], [("failed-step", Retry)]) { Runs = [Bootstrap, Bootstrap, Nodes, Apt, RescueOff, Prepare, Packages, Finish, RescueOn] },
        new("bootdies", "bootstrap-dies", "failed", ["failed-step/bootstrap"], [("failed-step", Fail)]) { Runs = [Bootstrap] },
        new("boothalf", "bootstrap-half-installed", "failed", ["failed-step/bootstrap"], [("failed-step", Fail)]) { Runs = [Bootstrap] },
        new("dump", "failed-dump", "failed", ["failed-step/platform-backups", "guard/enable-rescue"], [("failed-step", Fail), ("guard", Keep)]) { Runs = [Bootstrap, Nodes, Apt, RescueOff, Prepare] },
        new("bootdump", "failed-installer-dump", "failed", ["failed-step/installer-backups"], [("failed-step", Fail)]) { Runs = [Bootstrap] },
        new("sql", "sql-errors", "failed", ["failed-step/pre-upgrade", "guard/enable-rescue"], [("failed-step", Fail), ("guard", Keep)]) { Runs = [Bootstrap, Nodes, Apt, RescueOff, Prepare] },
        new("rsync", "rsync-errors", "failed", ["failed-step/pre-upgrade", "guard/enable-rescue"], [("failed-step", Fail), ("guard", Keep)]) { Runs = [Bootstrap, Nodes, Apt, RescueOff, Prepare] },
        new("nosnap", "snapshot-backup-missing", "succeeded", ["failed-step/platform-backups"], [("failed-step", new Reply("ignore"))]),
        new("prefail", "pre-upgrade-fails", "succeeded", ["failed-step/pre-upgrade"], [("failed-step", Retry)]) { Runs = [Bootstrap, Nodes, Apt, RescueOff, Prepare, Prepare, Packages, Finish, RescueOn] },
        new("postfail", "post-upgrade-fails", "succeeded", ["failed-step/post-upgrade"], [("failed-step", Retry)]) { Runs = [Bootstrap, Nodes, Apt, RescueOff, Prepare, Packages, Finish, Finish, RescueOn] },
        new("webfail", "special-sub+website-fails", "succeeded", ["failed-step/website"], [("failed-step", Retry)]) { Runs = [.. Whole, Website, Website] },
        new("full", "disk-full", "failed", ["failed-step/disk-space"], [("failed-step", Fail)]) { Runs = [] },
        new("fullvar", "disk-full-var", "failed", ["failed-step/zone-activity"], [("failed-step", Fail)]) { Runs = [] },
        new("foreign", "foreign-script", "failed", ["failed-step/zone-activity"], [("failed-step", Fail)]) { Runs = [] },
        new("forapt", "foreign-apt", "failed", ["failed-step/zone-activity"], [("failed-step", Fail)]) { Runs = [] },

        // Bad input: the others go on.
        new("off", "sub", "failed", ["failed-step/zone-activity"], [("failed-step", Fail)]) { Runs = [], Before = (zone, cancellation) => zone.PowerOff(cancellation) },
        new("nokey", "sub", "failed", ["failed-step/zone-activity"], [("failed-step", Fail)]) { Runs = [], Before = (zone, _) => Deleted(zone, "/root/.ssh/authorized_keys") },
        new("badpass", "password", "failed", ["failed-step/zone-activity"], [("failed-step", Fail)]) { Runs = [], Before = (zone, _) => AnotherPassword(zone) },
        // No package step has begun and pre_upgrade left no marker: rescue is enabled again without asking.
        new("noscript", "sub", "failed", ["failed-step/pre-upgrade"], [("failed-step", Fail)])
        {
            Runs = [Bootstrap, Nodes, Apt, RescueOff, RescueOn],
            Before = (zone, _) => Deleted(zone, "/pitrix/upgrade/pre_upgrade.sh"),
        },

        // Somebody, or an earlier rollout, was here before.
        new("stale", "stale-marker", "failed", ["mid-upgrade/versions"], [("mid-upgrade", Fail)]) { Runs = [] },
        new("stalego", "stale-marker", "succeeded", ["mid-upgrade/versions"], [("mid-upgrade", new Reply("continue"))]),
        // Fails here; the second rollout finds it.
        new("twice", "component-fails-once", "failed", ["prompt/upgrade-packages", "failed-step/upgrade-packages", "guard/enable-rescue"],
            [("prompt", new Reply("no")), ("failed-step", Fail), ("guard", Keep)]) { Runs = [Bootstrap, Nodes, Apt, RescueOff, Prepare, Packages] },
        Quiet("handstage", "by-hand-stage-package"),
        new("handinit", "by-hand-initialize-installer", "succeeded", ["mid-upgrade/versions"], [("mid-upgrade", new Reply("continue"))]) { Runs = [Nodes, Apt, RescueOff, Prepare, Packages, Finish, RescueOn] },
        new("handprep", "by-hand-prepare-platform", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Release)]) { Runs = [Nodes, Apt, Prepare, Packages, Finish, RescueOn] },
        new("handpre", "by-hand-pre-upgrade", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Release)]) { Runs = [Nodes, Apt, Packages, Finish, RescueOn] },
        new("handpkgs", "by-hand-upgrade-packages", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Release)]) { Runs = [Nodes, Apt, Finish, RescueOn] },
        new("handplat", "by-hand-upgrade-platform", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Keep)]) { Runs = [] },
        new("half", "half-upgraded", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Release)]) { Runs = [Nodes, Apt, Packages, Finish, RescueOn] },
        new("killed", "killed-after-post-upgrade", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Keep)]) { Runs = [] },
        new("postdied", "post-upgrade-died", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Keep)]) { Runs = [] },
    ];

    private static Task Deleted(LabZone zone, string path)
    {
        zone.Delete(path);
        return Task.CompletedTask;
    }

    /// <summary>The site has changed it, and nobody told Fleet.</summary>
    private static Task AnotherPassword(LabZone zone)
    {
        zone.Write("/etc/shadow", zone.Read("/etc/shadow").Replace("$6$zonelab1$", "$6$zonelab2$", StringComparison.Ordinal));
        return Task.CompletedTask;
    }

    private static SiteCase Quiet(string zone, string profile, IReadOnlyList<string>? runs = null) => new(zone, profile, "succeeded", [], []) { Runs = runs ?? Whole };

    /// <summary>The case's next answer to this decision; null where it has none.</summary>
    public static Reply? AnswerTo(this SiteCase site, JsonElement decision, int asked)
    {
        var kind = decision.Text("kind");
        var exact = site.Answers.Where(a => a.To == $"{kind}/{decision.Text("step")}").Select(a => a.Reply).ToList();
        var byKind = site.Answers.Where(a => a.To == kind).Select(a => a.Reply).ToList();
        var matching = exact.Count > 0 ? exact : byKind;
        return matching.Count == 0 ? null : matching[Math.Min(asked, matching.Count - 1)];
    }
}
