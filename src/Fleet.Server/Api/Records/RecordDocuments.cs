using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Traces;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Server.Api.Records;

public sealed record GuardDocument
{
    public required string Name { get; init; }
    public required string Zone { get; init; }
    public required ZoneState ZoneState { get; init; }
    public required Guid Rollout { get; init; }
    public required string RolloutName { get; init; }

    /// <summary>Null while it is being set: some nodes may carry it.</summary>
    public DateTimeOffset? Since { get; init; }
    public required IReadOnlyList<string> Nodes { get; init; }
    public required IReadOnlyList<string> HadBefore { get; init; }
    public string? KeptBy { get; init; }

    /// <summary>It is in force for longer than <c>Fleet__Guards__AlarmAfter</c>.</summary>
    public required bool Overdue { get; init; }

    /// <summary>What releases it should Fleet vanish; null: nothing does.</summary>
    public GuardWatch? Watch { get; init; }

    /// <summary>A person said that it is to be taken away; a worker is at it, or will be.</summary>
    public required bool Releasing { get; init; }

    public static GuardDocument Of(GuardView view) => new()
    {
        Name = view.Name,
        Zone = view.Zone,
        ZoneState = view.ZoneState,
        Rollout = view.RolloutId,
        RolloutName = view.RolloutName,
        Since = view.Since,
        Nodes = view.Nodes,
        HadBefore = view.HadBefore,
        KeptBy = view.KeptBy,
        Overdue = view.Overdue,
        Watch = view.Watch,
        Releasing = view.Releasing,
    };
}

/// <param name="Guard">Null: the zone has one only.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReleaseRequest(string? Guard = null, string? Comment = null);

public sealed record AuditDocument
{
    public required long Number { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Actor { get; init; }
    public required string Code { get; init; }

    /// <summary>As a sentence.</summary>
    public required string Text { get; init; }
    public required IReadOnlyDictionary<string, string> Args { get; init; }
    public string? Zone { get; init; }
    public Guid? Rollout { get; init; }

    /// <summary>Where from, like <c>api 10.0.0.7</c>; null: from within.</summary>
    public string? Source { get; init; }

    /// <summary><c>done</c>, or <c>refused</c> where it was asked for and not allowed.</summary>
    public required string Outcome { get; init; }

    /// <summary>The hash of the plan of its rollout; null: it is about none, or about one without a plan.</summary>
    public string? Plan { get; init; }

    /// <summary>The trace of the zone upgrade, or of the rollout, that it belongs to; null: of none.</summary>
    public string? TraceId { get; init; }

    public static AuditDocument Of(AuditView view) => new()
    {
        Number = view.Number,
        At = view.At,
        Actor = view.Entry.Actor,
        Code = view.Entry.Code,
        Text = Told.Sentence(new Finding(view.Entry.Code, view.Entry.Args, [])),
        Args = view.Entry.Args,
        Zone = view.Entry.Zone,
        Rollout = view.Entry.RolloutId,
        Source = view.Entry.Source,
        Outcome = view.Entry.Outcome ?? "done",
        Plan = view.Plan,
        TraceId = (view.Entry.ZoneUpgradeId ?? view.Entry.RolloutId) is { } owner ? SpanIds.Trace(owner) : null,
    };
}
