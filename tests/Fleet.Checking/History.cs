using System.Globalization;
using System.Text;

namespace Fleet.Checking;

/// <summary>What happened, in order: what the zones' journals, the audit and the rows tell. Fed by the simulation and by tests on real parts alike.</summary>
public sealed class History
{
    private readonly List<HistoryEvent> _events = [];

    public IReadOnlyList<HistoryEvent> Events => _events;

    public void Add(HistoryEvent happened) => _events.Add(happened);

    public string Told(int last = int.MaxValue, string? zone = null)
    {
        var text = new StringBuilder();
        foreach (var e in _events.Where(e => zone is null || e.Zone.Length == 0 || e.Zone == zone).TakeLast(last))
            text.AppendLine(CultureInfo.InvariantCulture, $"{e.At:HH:mm:ss.fff}  {e}");
        return text.ToString();
    }
}

/// <param name="At">For people; the order of events is their order in the history.</param>
/// <param name="Zone">Empty: it concerns no single zone.</param>
public abstract record HistoryEvent(DateTimeOffset At, string Zone);

/// <summary>A process began, died, froze; a zone rebooted.</summary>
public sealed record Happened(DateTimeOffset At, string Zone, string What) : HistoryEvent(At, Zone)
{
    public override string ToString() => $"-- {Zone} {What}";
}

/// <summary>An execution's command began to run on the zone.</summary>
public sealed record ExecutionBegan(DateTimeOffset At, string Zone, string ExecutionId, Guid ZoneUpgradeId, string Step, int Attempt) : HistoryEvent(At, Zone)
{
    public override string ToString() => $"{Zone}: {Step} #{Attempt} begins ({ExecutionId})";
}

/// <param name="How">Like <c>exit 0</c>, <c>killed</c>, <c>lost</c>.</param>
public sealed record ExecutionEnded(DateTimeOffset At, string Zone, string ExecutionId, string How) : HistoryEvent(At, Zone)
{
    public override string ToString() => $"{Zone}: {ExecutionId} ends: {How}";
}

/// <summary>A command changed something.</summary>
/// <param name="Packages">It upgraded packages on nodes.</param>
/// <param name="Unguarded">Hypers without the guard's flag in that moment.</param>
public sealed record Effect(DateTimeOffset At, string Zone, string ExecutionId, string What, bool Packages = false, IReadOnlyList<string>? Unguarded = null) : HistoryEvent(At, Zone)
{
    public override string ToString() => $"{Zone}: {What} by {ExecutionId}{(Unguarded is { Count: > 0 } ? " WITHOUT GUARD ON " + string.Join(',', Unguarded) : "")}";
}

/// <summary>A prompt's script took an answer.</summary>
/// <param name="Prompt">The prompt's own number on its zone, which no answer names.</param>
public sealed record AnswerTaken(DateTimeOffset At, string Zone, string ExecutionId, string Prompt, long Offset, string Text) : HistoryEvent(At, Zone)
{
    public override string ToString() => $"{Zone}: {ExecutionId} takes «{Text}» at {Offset} for {Prompt}";
}

/// <summary>A script asked.</summary>
public sealed record PromptShown(DateTimeOffset At, string Zone, string ExecutionId, string Prompt, long Offset) : HistoryEvent(At, Zone)
{
    public override string ToString() => $"{Zone}: {ExecutionId} asks {Prompt} at {Offset}";
}

/// <summary>An audit entry, as committed.</summary>
public sealed record Audited(DateTimeOffset At, string Zone, Guid? ZoneUpgradeId, Guid? RolloutId, string Actor, string Code, IReadOnlyDictionary<string, string> Args) : HistoryEvent(At, Zone)
{
    public override string ToString() => $"   audit {Zone} {Actor} {Code} {string.Join(' ', Args.Select(a => $"{a.Key}={a.Value}"))}";
}

/// <summary>A zone upgrade's row, as committed; the audit entries of the same commit stand before it.</summary>
public sealed record ZoneRow(
    DateTimeOffset At, string Zone, Guid ZoneUpgradeId, Guid RolloutId, string State, string? Phase, string Work, long Epoch, string? Worker, IReadOnlyDictionary<string, StepRow> Steps,
    IReadOnlyList<string> PhasesDone, IReadOnlyList<string> GuardsInForce, IReadOnlyList<string> GuardsKept, bool Asked, bool CountsAsFailure, int AuditEntries) : HistoryEvent(At, Zone)
{
    public bool IsEnded => State is "succeeded" or "failed" or "skipped" or "aborted" or "unknown";

    public override string ToString() => $"   row {Zone} {State} {Phase} {Work} epoch {Epoch} {Worker} [{string.Join(' ', Steps.Where(s => s.Value.State is not "succeeded").Select(s => $"{s.Key}#{s.Value.Attempt}={s.Value.State}"))}]{(Asked ? " asked" : "")}";
}

/// <param name="State">As in the ledger: <c>open, started, succeeded, ignored, marked-done, skipped, failed, timed-out, unknown, cancelled</c>.</param>
public sealed record StepRow(int Attempt, string State, string? ExecutionId = null);

/// <summary>A rollout's row, as committed.</summary>
/// <param name="Started">Zones that this commit started.</param>
/// <param name="Running">Zones that were started and not ended when it was decided, those included.</param>
/// <param name="Failures">Failures in the zones' rows when it was decided.</param>
public sealed record RolloutRow(DateTimeOffset At, Guid RolloutId, string State, IReadOnlyList<string> Started, int Running, int Failures, int MaxParallel, int Budget) : HistoryEvent(At, "")
{
    /// <summary>Limits of waves, pools and labels, and orders of waves, that a start in this row breaks.</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];

    public override string ToString() => $"   rollout {State} starts [{string.Join(',', Started)}] running {Running}/{MaxParallel} failures {Failures}/{Budget}";
}

/// <summary>A person asked for something and was told that it is done.</summary>
/// <param name="Entries">Audit entries of that person in the same commit.</param>
/// <param name="Changed">Whether anything was changed by it.</param>
public sealed record PersonActed(DateTimeOffset At, string Zone, string Person, string What, bool Changed, int Entries) : HistoryEvent(At, Zone)
{
    public override string ToString() => $"{Person} {What} {Zone}";
}

/// <summary>What is stored of an execution's output, held against what it printed; at the end of a history.</summary>
/// <param name="Problem">Null: a gap-free prefix, or its cuts are told.</param>
public sealed record TranscriptRead(DateTimeOffset At, string Zone, string ExecutionId, long Printed, long Stored, string? Problem) : HistoryEvent(At, Zone);

/// <summary>The nodes that carry a guard's flag when all is over, whatever the rows say.</summary>
/// <param name="Before">They carried it before anything was done; what a site has set stays.</param>
public sealed record FlagsRead(DateTimeOffset At, string Zone, IReadOnlyList<string> Flagged, IReadOnlyList<string> Before) : HistoryEvent(At, Zone)
{
    public override string ToString() => $"{Zone}: the flag is on [{string.Join(',', Flagged)}]";
}

/// <summary>The faults are healed and the time to recover has passed.</summary>
public sealed record Settled(DateTimeOffset At) : HistoryEvent(At, "");
