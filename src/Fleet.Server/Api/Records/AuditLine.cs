using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;

namespace Fleet.Server.Api.Records;

/// <summary>One line of the audit's export: all that an entry says, and its link, so that the chain can be computed without Fleet.</summary>
public sealed record AuditLine
{
    public required long Number { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Of <see cref="At"/>, in units of 100 ns since the year 1, UTC: as it goes into the hash.</summary>
    public required long Ticks { get; init; }
    public required string Actor { get; init; }
    public string? Source { get; init; }
    public required string Code { get; init; }
    public required IReadOnlyDictionary<string, string> Args { get; init; }

    /// <summary>As the entry has it; null: it was done.</summary>
    public string? Outcome { get; init; }
    public string? Zone { get; init; }
    public Guid? ZoneUpgrade { get; init; }
    public Guid? Rollout { get; init; }
    public string? Plan { get; init; }

    /// <summary>In English.</summary>
    public required string Text { get; init; }

    /// <summary>Null: not sealed yet.</summary>
    public AuditLink? Link { get; init; }

    public static AuditLine Of(AuditView view) => new()
    {
        Number = view.Number,
        At = view.At,
        Ticks = view.At.UtcTicks,
        Actor = view.Entry.Actor,
        Source = view.Entry.Source,
        Code = view.Entry.Code,
        Args = view.Entry.Args,
        Outcome = view.Entry.Outcome,
        Zone = view.Entry.Zone,
        ZoneUpgrade = view.Entry.ZoneUpgradeId,
        Rollout = view.Entry.RolloutId,
        Plan = view.Plan,
        Text = Told.Sentence(new Finding(view.Entry.Code, view.Entry.Args, [])),
        Link = view.Link,
    };
}
