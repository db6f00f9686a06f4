using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration.Checks;

/// <summary>What becomes of a check. Pure.</summary>
internal static class CheckRules
{
    /// <summary>A check that nobody has told of by then is given up. The vendor's check.py may take an hour.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(90);

    /// <summary>The first result counts.</summary>
    public static ZoneCheck Take(ZoneCheck check, ZoneChecked result, DateTimeOffset now) =>
        check.EndedAt is not null ? check : check with { Result = result, EndedAt = now };

    public static ZoneCheck GiveUp(ZoneCheck check, string pool, DateTimeOffset now) =>
        check.EndedAt is not null || now < check.AskedAt + Patience
            ? check
            : check with { EndedAt = now, Unanswered = Finding.Of("check-unanswered", ("pool", pool), ("minutes", $"{Patience.TotalMinutes:0}")) };

    /// <summary>No worker of its pool is alive: whoever asks is told so at once, and not after <see cref="Patience"/>.</summary>
    public static ZoneCheck NobodyThere(ZoneCheck check, string pool, DateTimeOffset now) => check with { EndedAt = now, Unanswered = Finding.Of("probe-no-worker", ("pool", pool)) };

    public static CheckState StateOf(ZoneCheck check) => check switch
    {
        { EndedAt: null } => CheckState.Asked,
        { Result: null } => CheckState.Unanswered,
        { Result: { } result } when result.Stages.Any(s => s.Problem is not null) => CheckState.Unreachable,
        { Result: { } result } => Worst(result.Steps),
    };

    /// <summary>What differs from the check before. A finding is the same where step, code and arguments are; output that shows it may differ.</summary>
    public static CheckChanges? Changes(ZoneCheck now, ZoneCheck? before)
    {
        if (now.Result is null || before?.Result is null)
            return null;
        var (is_, was) = (Keys(now.Result), Keys(before.Result));
        return new CheckChanges(before.Id, before.AskedAt, [.. is_.Except(was, StringComparer.Ordinal)], Gone(before.Result, is_));
    }

    /// <summary>What a finding is known by from check to check.</summary>
    public static string KeyOf(string step, Finding finding) =>
        $"{step} {finding.Code} {string.Join(' ', finding.Args.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"))}";

    private static CheckState Worst(IReadOnlyList<CheckedStep> steps) =>
        steps.Any(s => s.Verdict == CheckVerdict.Stops) ? CheckState.Stops
        : steps.Any(s => s.Verdict == CheckVerdict.Asks) ? CheckState.Asks
        : steps.Any(s => s.Verdict == CheckVerdict.AlreadyThere) ? CheckState.AlreadyThere
        : steps.Any(s => s.Verdict == CheckVerdict.Remark) ? CheckState.Remarks
        : CheckState.Well;

    private static HashSet<string> Keys(ZoneChecked result) => [.. Told(result).Select(f => KeyOf(f.Step, f.Finding))];

    private static IReadOnlyList<GoneFinding> Gone(ZoneChecked before, HashSet<string> now) =>
        [.. Told(before).Where(f => !now.Contains(KeyOf(f.Step, f.Finding))).Select(f => new GoneFinding(f.Step, f.Finding))];

    private static IEnumerable<(string Step, Finding Finding)> Told(ZoneChecked result) =>
        result.Stages.Where(s => s.Problem is not null).Select(s => (s.Name, s.Problem!))
            .Concat(result.Steps.Where(s => s.Verdict is not (CheckVerdict.Well or CheckVerdict.Skipped)).SelectMany(s => s.Findings.Select(f => (s.Name, f))));
}
