using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;

namespace Fleet.Worker.Phases;

/// <summary>
/// What the zone's runs say where the record has lost a part of the past (a restored backup). A step that ran is looked after like any that was started; a step before one that ran
/// was settled then, for a phase goes out only after those before it, and a step starts only after those before it.
/// </summary>
internal sealed class LostPast
{
    public static readonly LostPast None = new([], [], null);

    private readonly HashSet<(string Phase, string Step)> _settled;

    private LostPast(IReadOnlyList<LedgerEntry> ledger, HashSet<(string Phase, string Step)> settled, string? furthest) => (Ledger, _settled, Furthest) = (ledger, settled, furthest);

    /// <summary>The record's, and what ran beside it.</summary>
    public IReadOnlyList<LedgerEntry> Ledger { get; }

    /// <summary>The last step that ran without the record knowing; null: the record knows all that ran.</summary>
    public string? Furthest { get; }

    /// <summary>It had its end in the lost part of the past: nothing of it is run.</summary>
    public bool IsSettled(Phase phase, Step step) => _settled.Contains((phase.Name, step.Name));

    /// <param name="runs">Ids without the zone upgrade's: <c>step.attempt.part</c>.</param>
    public static LostPast Of(Runbook runbook, Guid zoneUpgrade, IReadOnlyList<LedgerEntry> ledger, IReadOnlyList<string> runs)
    {
        var ran = runs.Select(r => ExecutionIds.Parse($"{zoneUpgrade:N}.{r}")).OfType<ExecutionName>().ToLookup(r => r.Step);
        var steps = runbook.Phases.SelectMany(p => p.Steps.Select(s => (Phase: p, Step: s))).ToList();
        var amended = ledger.ToList();
        var furthest = -1;
        for (var i = 0; i < steps.Count; i++)
        {
            var (phase, step) = steps[i];
            // An id names no phase: of two steps with one name it says nothing.
            if (steps.Count(s => s.Step.Name == step.Name) > 1)
                continue;
            var at = amended.FindLastIndex(e => e.Phase == phase.Name && e.Step == step.Name);
            var entry = at < 0 ? null : amended[at];
            if (Newest(ran[step.Name], entry) is not { } newest)
                continue;
            var begun = (entry ?? new LedgerEntry { Phase = phase.Name, Step = step.Name, Attempt = newest.Attempt, State = LedgerState.Started }) with
            {
                Attempt = newest.Attempt,
                State = LedgerState.Started,
                // Of a step's several executions the record names the one to look after.
                ExecutionId = entry is { State: LedgerState.Started, ExecutionId: { } known } && entry.Attempt == newest.Attempt ? known : ExecutionIds.For(zoneUpgrade, step.Name, newest.Attempt, newest.Part),
                TranscriptOffset = entry?.Attempt == newest.Attempt ? entry.TranscriptOffset : 0,
            };
            if (at < 0)
                amended.Add(begun);
            else
                amended[at] = begun;
            // Guards are released on the way to any end, so a release says nothing of the steps before it.
            if (step.Kind != "release-guard")
                furthest = i;
        }

        var settled = steps.Take(Math.Max(0, furthest)).Where(s => IsOpen(amended.LastOrDefault(e => e.Phase == s.Phase.Name && e.Step == s.Step.Name)));
        return new LostPast(amended, [.. settled.Select(s => (s.Phase.Name, s.Step.Name))], furthest < 0 ? null : steps[furthest].Step.Name);
    }

    /// <summary>A run that the record does not know the end of, of this attempt or a later one.</summary>
    private static ExecutionName? Newest(IEnumerable<ExecutionName> runs, LedgerEntry? entry)
    {
        if (entry is not (null or { State: LedgerState.Open or LedgerState.Started }))
            return null;
        return runs.Where(r => r.Attempt >= (entry?.Attempt ?? 1)).OrderByDescending(r => r.Attempt).ThenByDescending(r => r.Part == "main").FirstOrDefault();
    }

    /// <summary>What a person says of the lost past itself is for the step to take up.</summary>
    private static bool IsOpen(LedgerEntry? entry) => entry is null || (entry.State == LedgerState.Open && entry.Parameters.GetValueOrDefault("choice") is not (Choices.Ours or Choices.Theirs));
}
