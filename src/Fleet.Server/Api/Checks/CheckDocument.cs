using System.Text.Json.Serialization;
using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Checks;
using Fleet.Server.Api.Zones;

namespace Fleet.Server.Api.Checks;

/// <param name="Zones">A selector: all, names or labels.</param>
/// <param name="Package">A package's id, file name or the beginning of its digest; null: nothing is held against a package.</param>
/// <param name="Runbook">A runbook's name or digest; null: the newest qingcloud-upgrade.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CheckRequest(string Zones, string? Package = null, string? Runbook = null);

public sealed record CheckListDocument(Guid Id, DateTimeOffset AskedAt, string AskedBy, string? Package, int Zones, int Asked)
{
    public static CheckListDocument Of(CheckSummary summary) => new(summary.Id, summary.AskedAt, summary.AskedBy, summary.Package, summary.Zones, summary.Asked);
}

/// <summary>Zones that were looked at together.</summary>
public sealed record CheckDocument
{
    public required Guid Id { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public required string AskedBy { get; init; }
    public string? Package { get; init; }
    public required string Runbook { get; init; }

    /// <summary>Every zone was told of, or nobody waits for it any more.</summary>
    public required bool Done { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<ZoneCheckDocument> Zones { get; init; }

    public static CheckDocument Of(CheckView view) => new()
    {
        Id = view.Id,
        AskedAt = view.AskedAt,
        AskedBy = view.AskedBy,
        Package = view.Package?.FileName,
        Runbook = view.Runbook.Digest,
        Done = view.Zones.All(z => z.EndedAt is not null),
        Zones = [.. view.Zones.Select(ZoneCheckDocument.Of)],
    };
}

/// <summary>What was found on one zone. Nothing was changed there.</summary>
public sealed record ZoneCheckDocument
{
    public required Guid Id { get; init; }
    public required Guid Check { get; init; }
    public required string Zone { get; init; }
    public required CheckState State { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public required string AskedBy { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? WorkerId { get; init; }

    /// <summary>Why there is no result.</summary>
    public Told? Unanswered { get; init; }

    /// <summary>The way to the firstbox, in order; the first that is not well ends the list.</summary>
    public required IReadOnlyList<ProbeStageDocument> Stages { get; init; }
    public required IReadOnlyList<CheckedStepDocument> Steps { get; init; }
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>The zone's check that this one is compared with; null: there was none.</summary>
    public DateTimeOffset? ComparedWith { get; init; }

    /// <summary>What was found then and is no longer.</summary>
    public required IReadOnlyList<GoneDocument> Gone { get; init; }

    public static ZoneCheckDocument Of(ZoneCheckView view) => new()
    {
        Id = view.Id,
        Check = view.CheckId,
        Zone = view.Zone,
        State = view.State,
        AskedAt = view.AskedAt,
        AskedBy = view.AskedBy,
        EndedAt = view.EndedAt,
        WorkerId = view.Result?.WorkerId,
        Unanswered = view.Unanswered is { } why ? Told.Of(why) : null,
        Stages = [.. (view.Result?.Stages ?? []).Select(s => new ProbeStageDocument(s.Name, s.Problem is null, s.Problem is { } problem ? Told.Of(problem) : null))],
        Steps = [.. (view.Result?.Steps ?? []).Select(s => new CheckedStepDocument(s.Name, s.Verdict, s.Decision, [.. s.Findings.Select(f => new CheckFindingDocument(Told.Of(f), view.Changes?.IsNew(s.Name, f) ?? false))]))],
        Facts = view.Result?.Facts ?? new Dictionary<string, string>(),
        ComparedWith = view.Changes?.BeforeAt,
        Gone = [.. (view.Changes?.Gone ?? []).Select(g => new GoneDocument(g.Step, Told.Of(g.Finding)))],
    };
}

/// <param name="Decision">What kind of question a rollout would ask about it; null: none.</param>
public sealed record CheckedStepDocument(string Name, CheckVerdict Verdict, DecisionKind? Decision, IReadOnlyList<CheckFindingDocument> Findings);

/// <param name="New">It was not found at the check before; false also where there was none.</param>
public sealed record CheckFindingDocument(Told Finding, bool New);

public sealed record GoneDocument(string Step, Told Finding);
