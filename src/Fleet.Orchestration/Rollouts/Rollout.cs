using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;

namespace Fleet.Orchestration.Rollouts;

/// <summary>The upgrade of many zones: which may run, which were started, and why it stands where it stands. Only <see cref="RolloutRules"/> makes the next one.</summary>
internal sealed record Rollout
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public RolloutState State { get; init; } = RolloutState.Running;
    public Finding? Reason { get; init; }
    public required PackageRef Package { get; init; }
    public required RunbookRef Runbook { get; init; }
    public required IReadOnlyList<string> Phases { get; init; }
    public required Strategy Strategy { get; init; }
    public bool Interactive { get; init; } = true;
    public string? Until { get; init; }

    /// <summary>In the order of their start.</summary>
    public required IReadOnlyList<RolloutZone> Zones { get; init; }

    /// <summary>In order; none in rows of before waves had settings of their own.</summary>
    public IReadOnlyList<RolloutWave> Waves { get; init; } = [];

    /// <summary>Answers given in advance, the newest of each question. Rows have it under the name that it had at first.</summary>
    [JsonPropertyName("standing")]
    public IReadOnlyList<AdvanceAnswer> AnswersInAdvance { get; init; } = [];

    /// <summary>The hash of the plan that it was started by or that people approve: it begins only as that says. Null: none.</summary>
    public string? Plan { get; init; }

    /// <summary>Which zones were meant by it: one plan may be asked for in several ways. Null without a plan.</summary>
    public string? PlanSelector { get; init; }

    /// <summary>The question whether it may begin; null: nobody has to approve.</summary>
    public Decision? Approval { get; init; }

    /// <summary>Who approved so far.</summary>
    public IReadOnlyList<GivenApproval> Approvals { get; init; } = [];

    /// <summary>While it is scheduled: when it begins, and until when it still may.</summary>
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>More zones failed than the budget allows, time is over, or a wave did not do well: nothing starts until a person resumes.</summary>
    public bool Stopped { get; init; }
    public bool AbortNow { get; init; }
    public required string StartedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? TraceParent { get; init; }

    [JsonIgnore]
    public bool IsEnded => State is RolloutState.Succeeded or RolloutState.Failed or RolloutState.Aborted;

    [JsonIgnore]
    public IEnumerable<RolloutZone> Included => Zones.Where(z => !z.Excluded);

    [JsonIgnore]
    public int Budget => Strategy.MaxFailures.Of(Included.Count());

    [JsonIgnore]
    public int MaxParallel => Strategy.MaxParallel.AtLeastOneOf(Included.Count());

    public RolloutZone? Find(string zone) => Zones.FirstOrDefault(z => z.Zone == zone);

    public IEnumerable<RolloutZone> MembersOf(int wave) => Included.Where(z => z.Wave == wave);

    public Rollout With(RolloutWave wave) => this with { Waves = [.. Waves.Select(w => w.Index == wave.Index ? wave : w)] };
}

/// <param name="Groups">That the person belonged to then.</param>
internal sealed record GivenApproval(string By, DateTimeOffset At, string? Comment, IReadOnlyList<string>? Groups = null);

/// <param name="Reason">Why, in the person's words.</param>
internal sealed record WindowWaiver(string By, string Reason);

internal sealed record RolloutZone
{
    public required string Zone { get; init; }
    public required Guid ZoneUpgradeId { get; init; }
    public required int Wave { get; init; }

    /// <summary>Only in rows of before labels were kept.</summary>
    public string? Region { get; init; }

    /// <summary>Those of its labels that the strategy limits.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public string? Pool { get; init; }

    /// <summary>A sub zone's global zone.</summary>
    public string? Global { get; init; }

    /// <summary>Nine of ten upgrades like it took no longer, as was known at the start; null: nothing was known.</summary>
    public TimeSpan? Expected { get; init; }

    /// <summary>The same of single phases; only those of which something was known.</summary>
    public IReadOnlyDictionary<string, TimeSpan> ExpectedPhases { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>A person lets it start and run outside of its windows.</summary>
    public WindowWaiver? Waiver { get; init; }

    /// <summary>Who lets this zone alone stand at its next safe point, or not start.</summary>
    public string? PausedBy { get; init; }

    /// <summary>How often it was started; the zone's row follows.</summary>
    public int Starts { get; init; }
    public bool Excluded { get; init; }

    /// <summary>A person wants it to go on: it starts when there is room, also where the budget is spent.</summary>
    public bool Retried { get; init; }
}
