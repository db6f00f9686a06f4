using System.Globalization;
using System.Text.Json;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Reports;
using Fleet.Runbooks.Texts;
using NodaTime;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>Sentences, words and times of a report. Numbers and times are the same in every language.</summary>
internal sealed class ReportWords(Language language, DateTimeZone zone)
{
    /// <summary>Words that a report has in the reader's language; others are told as the commands have them.</summary>
    private static readonly HashSet<string> Known =
    [
        "report-word-waiting", "report-word-running", "report-word-held", "report-word-succeeded", "report-word-failed", "report-word-skipped", "report-word-aborted", "report-word-unknown",
        "report-word-scheduled", "report-word-waiting-approval", "report-word-paused", "report-word-aborting", "report-word-baking", "report-word-inconclusive", "report-word-cancelled", "report-word-timed-out",
        "report-word-open", "report-word-answered", "report-word-expired", "report-word-withdrawn", "report-word-verified", "report-word-not-whole", "report-word-firstbox", "report-word-first-snapshot-node",
        "report-word-well", "report-word-remarks", "report-word-asks", "report-word-stops", "report-word-already-there", "report-word-unreachable", "report-word-asked", "report-word-unanswered",
        "report-word-quarantined-node", "report-word-skipped-component", "report-word-empty-group", "report-word-ignored-node", "report-word-ignored-step", "report-word-manual-operation",
        "report-word-guard-in-force", "report-word-moved-package", "report-word-prompt", "report-word-failed-step", "report-word-unknown-outcome", "report-word-unhealthy-nodes", "report-word-repo-findings",
        "report-word-kind-contradiction", "report-word-mid-upgrade", "report-word-guard", "report-word-manual", "report-word-approval", "report-word-wave-verdict", "report-word-rescue-disabled",
        "report-word-preflight", "report-word-stage-package", "report-word-initialize-installer", "report-word-prepare-platform", "report-word-upgrade-platform", "report-word-verify",
        "report-word-restore-rescue", "report-word-global-website",
        "report-word-yes", "report-word-no", "report-word-abort", "report-word-retry", "report-word-ignore", "report-word-mark-done", "report-word-fail", "report-word-check-again", "report-word-quarantine",
        "report-word-leave", "report-word-move-out", "report-word-continue", "report-word-release", "report-word-keep", "report-word-ours", "report-word-theirs", "report-word-trust-zone",
        "report-word-trust-inventory", "report-word-done", "report-word-not-applicable", "report-word-defer", "report-word-approve", "report-word-reject", "report-word-go-on", "report-word-stop", "report-word-other",
        "report-word-mon", "report-word-tue", "report-word-wed", "report-word-thu", "report-word-fri", "report-word-sat", "report-word-sun",
    ];

    /// <summary>As HTML names it.</summary>
    public string Tag => language.Tag;

    public DateTimeZone Zone => zone;

    public string List(IEnumerable<string> items) => string.Join(language == Language.English ? ", " : "、", items);

    public string Unknown => Say("report-word-unknown");

    public string Say(string code, params ReadOnlySpan<(string Name, string Value)> args)
    {
        var named = new Dictionary<string, string>(args.Length);
        foreach (var (name, value) in args)
            named[name] = value;
        return Text.Render(code, named, language);
    }

    public string Word<T>(T value)
        where T : struct, Enum => Word(JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));

    public string Word(string word) => Known.Contains($"report-word-{word}") ? Say($"report-word-{word}") : word;

    /// <summary>The built-in runbook's phases in the reader's language; others as their runbook calls them.</summary>
    public string Phase(string name, string title) => Known.Contains($"report-word-{name}") ? Say($"report-word-{name}") : title;

    /// <summary>Enough of it to tell it by; with a sign where it is of paths and sizes only. The document has it whole.</summary>
    public static string Digest(string? digest, DigestOf? of) => digest is null ? "–" : $"{(of == DigestOf.Sizes ? "~" : "")}{digest[..Math.Min(16, digest.Length)]}…";

    /// <summary>Like <c>2026-11-01 02:04</c>.</summary>
    public string Moment(DateTimeOffset? at) =>
        at is { } moment ? Instant.FromDateTimeOffset(moment).InZone(zone).LocalDateTime.ToString("uuuu-MM-dd HH:mm", CultureInfo.InvariantCulture) : "–";

    /// <summary>Like <c>3:51:07</c>: hours, minutes, seconds.</summary>
    public static string Duration(double? seconds)
    {
        if (seconds is not { } known)
            return "–";
        var time = TimeSpan.FromSeconds(Math.Round(known));
        return $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}";
    }

    public string Versions(ReportVersions? versions) =>
        versions is null ? Unknown : Say("report-versions", ("installer", versions.Installer), ("qingcloud", versions.Qingcloud), ("upgrade", versions.Upgrade ?? Unknown));

    public string Window(ReportWindow window) =>
        Say("report-window", ("days", List(window.Days.Split(", ").Select(Word))), ("from", window.From), ("to", window.To), ("zone", window.TimeZone), ("phases", window.Phases.Count == 0 ? "" : $" ({string.Join(", ", window.Phases)})"));

    /// <summary>How a step ended, with what is not to be overlooked.</summary>
    public string Outcome(ReportZoneStep step) => string.Join("; ", new[]
    {
        step.Outcome is { } outcome ? Word(outcome) : step.EndedAt is null ? Say("report-no-end") : Unknown,
        step.AlreadyDone ? Say("report-was-done") : null,
        step.SettledAs is { } how ? Say(how == "mark-done" ? "report-marked-done" : "report-passed-over", ("by", step.SettledBy ?? Unknown)) : null,
        step.Cut is > 0 and { } cut ? Say("report-cut", ("bytes", $"{cut}")) : null,
    }.OfType<string>());

    public static string Mark(string state) => state switch
    {
        "succeeded" => "✓",
        "failed" => "✕",
        "unknown" => "?",
        "held" => "◆",
        "running" => "◐",
        "waiting" => "○",
        _ => "–",
    };

    /// <summary>One zone, as it is drawn.</summary>
    public static DrawnZone Drawn(string name, string note, string state, DateTimeOffset? from, DateTimeOffset to, IReadOnlyList<string> phases, IEnumerable<(string Phase, IReadOnlyList<Stretch> Working)> bars, IReadOnlyList<Stretch> waiting) => new(
        name, note, Mark(state), from is { } start ? new Stretch(start, to) : null,
        [.. bars.SelectMany(p => p.Working.Select(w => (Phase: phases.ToList().IndexOf(p.Phase), When: w))).Where(b => b.Phase >= 0)], waiting);
}
