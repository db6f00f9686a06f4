using Fleet.Runbooks.Model;

namespace Fleet.Checking;

/// <summary>As much of a runbook as the promises depend on: phases in order with their steps.</summary>
/// <param name="Releases">Steps that release a guard; they may run on the way to an end, out of order.</param>
/// <param name="Journaled">Steps whose executions the zones journal from begin to end; null: all.</param>
public sealed record RunbookShape(IReadOnlyList<(string Phase, IReadOnlyList<string> Steps)> Phases, IReadOnlySet<string> Releases, IReadOnlySet<string>? Journaled = null)
{
    public static RunbookShape Of(Runbook runbook, IReadOnlySet<string>? journaled = null) => new(
        [.. runbook.Phases.Select(p => (p.Name, (IReadOnlyList<string>)[.. p.Steps.Select(s => s.Name)]))],
        runbook.Phases.SelectMany(p => p.Steps).Where(s => s.Kind == "release-guard").Select(s => s.Name).ToHashSet(StringComparer.Ordinal),
        journaled);

    /// <summary>The first phase with a step of this name.</summary>
    public string? PhaseOf(string step) => Phases.FirstOrDefault(p => p.Steps.Contains(step)).Phase;

    public bool IsJournaled(string step) => Journaled?.Contains(step) ?? true;
}
