using System.Text;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;

namespace Fleet.Server.Api.Runbooks;

public sealed record RunbookDocument
{
    public required string Name { get; init; }
    public required string Version { get; init; }

    /// <summary>Lower-case hex sha-256 of the file.</summary>
    public required string Digest { get; init; }
    public required bool BuiltIn { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
    public required string AddedBy { get; init; }

    /// <summary>The fingerprint of the key that signed it; null: no signature was given. Whether that key may sign, each worker asks its own list.</summary>
    public string? SignedBy { get; init; }

    /// <summary>Empty in lists.</summary>
    public IReadOnlyList<RunbookPhaseDocument> Phases { get; init; } = [];

    /// <summary>What is done on a zone after its upgrade, when a person asks for it. Empty in lists.</summary>
    public IReadOnlyList<RunbookPhaseDocument> Errands { get; init; } = [];

    public static RunbookDocument Of(RunbookFileView view) =>
        new() { Name = view.Name, Version = view.Version, Digest = view.Digest, BuiltIn = view.BuiltIn, AddedAt = view.AddedAt, AddedBy = view.AddedBy, SignedBy = view.SignedBy };

    public static RunbookDocument Of(RunbookFileView view, byte[] content)
    {
        var runbook = RunbookLoader.Load(Encoding.UTF8.GetString(content), stored: true).Runbook;
        return Of(view) with { Phases = [.. (runbook?.Phases ?? []).Select(RunbookPhaseDocument.Of)], Errands = [.. (runbook?.Errands ?? []).Select(RunbookPhaseDocument.Of)] };
    }
}

public sealed record RunbookPhaseDocument(string Name, string Title, IReadOnlyList<RunbookStepDocument> Steps)
{
    public static RunbookPhaseDocument Of(Phase phase) => new(phase.Name, phase.Title, [.. phase.Steps.Select(RunbookStepDocument.Of)]);
}

/// <param name="Implements">The runbook's lines that it carries out.</param>
/// <param name="Changes">It changes the zone.</param>
/// <param name="Conditional">It runs only where its conditions hold.</param>
public sealed record RunbookStepDocument(
    string Name, string Title, string Kind, IReadOnlyList<string> Implements, string? Command, double TimeLimitSeconds, bool Changes, bool Repeatable, bool Required, bool Conditional)
{
    public static RunbookStepDocument Of(Step step) => new(
        step.Name, step.Title, step.Kind, step.Implements, step.Command, step.TimeLimit.TotalSeconds, step.Changes, step.Repeatable, step.Required, !step.When.IsAlways);
}
