using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;

namespace Fleet.EndToEnd.Tests.Profiles;

/// <summary>One simulated site, what a person answers there, and how it must end.</summary>
/// <param name="Zone">The zone's name in the lab; the case's name too.</param>
/// <param name="Profile">The lab's profile.</param>
/// <param name="End">The zone's state in the end.</param>
/// <param name="Asked">Kinds of decisions (with the step) that must have been asked, in order, policies' prompts aside.</param>
/// <param name="Answers">Answers by <c>kind</c> or <c>kind/step</c>; used one after the other where there are several.</param>
internal sealed record SiteCase(string Zone, string Profile, string End, string[] Asked, (string To, Reply Reply)[] Answers);

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
        Quiet("special", "special-sub"),
        Quiet("late42", "healthy-4.2"),
        Quiet("region", "region"),
        Quiet("regsp", "region-special"),
        Quiet("slow", "slow-services"),
        Quiet("oldfail", "check-old-failure"),
        Quiet("gbk", "chinese-gbk"),
        Quiet("startup", "bash-start-up"),
        Quiet("passwd", "password"),
        Quiet("sudo", "sudo"),
        Quiet("oldssh", "old-ssh"),
        Quiet("flagged", "site-rescue-flag"),
        Quiet("onbox", "package-on-firstbox"),
        Quiet("big", "output-50mb"),
        Quiet("longline", "line-10mb"),
        Quiet("noutf8", "no-utf8"),
        Quiet("escapes", "terminal-escapes"),
        Quiet("secret", "password-in-output"),
        Quiet("many", "many-nodes"),
        Quiet("there", "already-there"),
        Quiet("handdone", "by-hand-done"),

        // Must not be upgraded: ends without a question.
        new("three", "site-3x", "failed", [], []),
        new("public", "wrong-cloud-type", "failed", [], []),
        new("newer", "newer", "failed", [], []),

        // Asks, and goes on as told.
        new("contra", "kind-contradiction", "succeeded", ["kind-contradiction/variables"], [("kind-contradiction", new Reply("trust-zone"))]),
        new("down", "service-down", "failed", ["failed-step/services"], [("failed-step", Fail)]),
        new("apterr", "apt-failing", "succeeded", ["unhealthy-nodes/nodes-healthy"], [("unhealthy-nodes", new Reply("quarantine", Nodes: ["apterr-proxy1"]))]),
        new("aptfetch", "apt-fetch", "succeeded", ["unhealthy-nodes/nodes-healthy"], [("unhealthy-nodes", new Reply("quarantine", Nodes: ["aptfetch-proxy1"]))]),
        new("dead", "node-unreachable", "failed", ["unhealthy-nodes/nodes-healthy"], [("unhealthy-nodes", Fail)]),
        new("mixed", "mixed-repo", "succeeded", ["repo-findings/repo-content"], [("repo-findings", new Reply("move-out", Items: ["1"]))]),
        new("hiqemu", "high-qemu", "succeeded", ["repo-findings/qemu"], [("repo-findings", new Reply("leave"))]),
        new("legacy", "legacy-qemu", "succeeded", ["repo-findings/qemu"], [("repo-findings/qemu", new Reply("move-out", Items: ["1"])), ("repo-findings/repo-content", new Reply("leave"))]),
        new("ignored", "component-fails-once", "succeeded", ["prompt/upgrade-packages"], [("prompt", new Reply("yes"))]),
        new("again", "component-fails-once", "succeeded", ["prompt/upgrade-packages", "failed-step/upgrade-packages"], [("prompt", new Reply("no")), ("failed-step", Retry)]),
        new("always", "component-fails-always", "failed", ["prompt/upgrade-packages", "failed-step/upgrade-packages", "guard/*"],
            [("prompt", new Reply("no")), ("failed-step", Fail), ("guard", Keep)]),
        new("manual", "manual-operations", "succeeded", ["manual/manual-operations"], [("manual", new Reply("done"))]),
        new("newbad", "check-new-failure", "succeeded", ["failed-step/platform-health", "guard/enable-rescue"], [("failed-step", new Reply("ignore")), ("guard", Release)]),
        new("bootfail", "bootstrap-fails", "succeeded", ["failed-step/bootstrap"], [("failed-step", Retry)]),
        new("bootdies", "bootstrap-dies", "failed", ["*/bootstrap"], [("failed-step", Fail), ("unknown-outcome", Fail), ("mid-upgrade", Fail)]),
        new("boothalf", "bootstrap-half-installed", "failed", ["*/bootstrap"], [("failed-step", Fail), ("unknown-outcome", Fail), ("mid-upgrade", Fail)]),
        new("dump", "failed-dump", "failed", ["*/*"], [("failed-step", Fail), ("guard", Keep)]),
        new("bootdump", "failed-installer-dump", "failed", ["*/installer-backups"], [("failed-step", Fail)]),
        new("sql", "sql-errors", "failed", ["failed-step/pre-upgrade"], [("failed-step", Fail), ("guard", Keep)]),
        new("rsync", "rsync-errors", "failed", ["failed-step/pre-upgrade"], [("failed-step", Fail), ("guard", Keep)]),
        new("nosnap", "snapshot-backup-missing", "succeeded", ["failed-step/platform-backups"], [("failed-step", new Reply("ignore"))]),
        new("prefail", "pre-upgrade-fails", "succeeded", ["failed-step/pre-upgrade"], [("failed-step", Retry)]),
        new("postfail", "post-upgrade-fails", "succeeded", ["failed-step/post-upgrade"], [("failed-step", Retry)]),
        new("webfail", "special-sub+website-fails", "succeeded", ["failed-step/website"], [("failed-step", Retry)]),
        new("full", "disk-full", "failed", ["failed-step/disk-space"], [("failed-step", Fail)]),
        new("fullvar", "disk-full-var", "failed", ["*/*"], [("failed-step", Fail), ("unknown-outcome", Fail)]),
        new("foreign", "foreign-script", "failed", ["failed-step/zone-activity"], [("failed-step", Fail)]),
        new("forapt", "foreign-apt", "failed", ["failed-step/zone-activity"], [("failed-step", Fail)]),

        // Somebody, or an earlier rollout, was here before.
        new("stale", "stale-marker", "failed", ["*/versions"], [("mid-upgrade", Fail), ("failed-step", Fail)]),
        new("handstage", "by-hand-stage-package", "succeeded", [], [("mid-upgrade", new Reply("continue"))]),
        new("handinit", "by-hand-initialize-installer", "succeeded", ["mid-upgrade/versions"], [("mid-upgrade", new Reply("continue"))]),
        new("handprep", "by-hand-prepare-platform", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Release)]),
        new("handpre", "by-hand-pre-upgrade", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Release)]),
        new("handpkgs", "by-hand-upgrade-packages", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Release)]),
        new("handplat", "by-hand-upgrade-platform", "succeeded", ["mid-upgrade/versions"], [("mid-upgrade", new Reply("continue")), ("guard", Keep)]),
        new("half", "half-upgraded", "succeeded", ["mid-upgrade/versions", "guard/enable-rescue"], [("mid-upgrade", new Reply("continue")), ("guard", Release)]),
        new("killed", "killed-after-post-upgrade", "succeeded", ["mid-upgrade/versions"], [("mid-upgrade", new Reply("continue")), ("guard", Keep)]),
        new("postdied", "post-upgrade-died", "succeeded", ["mid-upgrade/versions"], [("mid-upgrade", new Reply("continue")), ("guard", Keep)]),
    ];

    private static SiteCase Quiet(string zone, string profile) => new(zone, profile, "succeeded", [], []);

    /// <summary>The case's next answer to this decision; null where it has none.</summary>
    public static Reply? AnswerTo(this SiteCase site, JsonElement decision, int asked)
    {
        var kind = decision.Text("kind");
        var exact = site.Answers.Where(a => a.To == $"{kind}/{decision.Text("step")}").Select(a => a.Reply).ToList();
        var matching = exact.Count > 0 ? exact : [.. site.Answers.Where(a => a.To == kind).Select(a => a.Reply)];
        return matching.Count == 0 ? null : matching[Math.Min(asked, matching.Count - 1)];
    }
}
