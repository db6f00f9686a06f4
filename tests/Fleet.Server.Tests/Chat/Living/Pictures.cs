using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Packages;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Chat.Living;

namespace Fleet.Server.Tests.Chat.Living;

/// <summary>A rollout of three zones, as the API shows it.</summary>
internal static class Pictures
{
    public static readonly DateTimeOffset Start = new(2026, 12, 1, 22, 0, 0, TimeSpan.Zero);
    private static readonly string[] Names = ["a1", "a2", "a3"];

    public static RolloutTold Told(RolloutDocument rollout, params IReadOnlyList<DecisionDocument> decisions) => new(rollout with { OpenDecisions = decisions.Count(d => d.State == DecisionState.Open) }, decisions, Start);

    public static DecisionDocument Answered(string zone) => Open(zone) with { State = DecisionState.Answered, Answer = "yes", AnsweredBy = "ann" };

    public static DecisionDocument Open(string zone) => new()
    {
        Id = new Guid(1, 2, 3, [0, 0, 0, 0, 0, 0, 0, (byte)zone[1]]),
        Kind = DecisionKind.Prompt,
        State = DecisionState.Open,
        Zone = zone,
        Rollout = Guid.Empty,
        RolloutName = "night",
        Phase = "p",
        Step = "s",
        Attempt = 1,
        Question = "Go on?",
        QuestionCode = "q",
        QuestionArgs = new Dictionary<string, string>(),
        Context = "last line",
        Choices = ["yes", "no"],
        Items = [],
        Fingerprint = "f1",
        Alike = 1,
        AskedAt = Start,
        ChoicesInAdvance = [],
        Memory = [],
    };

    /// <summary>The first zone is the canary.</summary>
    public static RolloutDocument Rollout(WaveState canary = WaveState.Running, params IReadOnlyList<ZoneState> zones)
    {
        List<RolloutZoneDocument> all = [.. Names.Select((n, i) => Zone(n, i < zones.Count ? zones[i] : ZoneState.Running))];
        return new RolloutDocument
        {
            Id = Guid.Empty,
            Name = "night",
            State = RolloutState.Running,
            Package = new PackageDocument { Id = "4.3.2", FileName = "f", Digest = "d", Size = 1, Installer = "4.3.2", Upgrade = "u", Qingcloud = "q", AddedAt = Start, AddedBy = "x" },
            Runbook = new RunbookRef("r", "d"),
            Phases = [],
            Waves = [Wave(0, "canary", canary, "a1"), Wave(1, "rest", WaveState.Running, "a2", "a3")],
            Zones = all,
            Counts = new ZoneCounts { Running = all.Count(z => z.State == ZoneState.Running), Succeeded = all.Count(z => z.State == ZoneState.Succeeded), Failed = all.Count(z => z.State == ZoneState.Failed) },
            MaxParallel = 3,
            Budget = new BudgetDocument(0, 0),
            AnswersInAdvance = [],
            Interactive = true,
            OpenDecisions = 0,
            StartedBy = "ann",
            StartedAt = Start,
        };
    }

    public static WaveDocument Wave(int index, string name, WaveState state, params IReadOnlyList<string> zones) => new() { Index = index, Name = name, State = state, Zones = zones, Because = [] };

    public static RolloutZoneDocument Zone(string name, ZoneState state) => new()
    {
        Id = Guid.Empty,
        Name = name,
        State = state,
        Wave = 0,
        StartedAt = Start,
        EndedAt = state == ZoneState.Running ? null : Start.AddMinutes(1),
        PhasesDone = [],
        Guards = [],
        Skipped = [],
        Debts = [],
        Decisions = [],
    };
}
