using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Packages;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Tests.Watching;

/// <summary>Documents for tests.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-24T10:00:00Z");

    public static RolloutDocument Rollout(params RolloutZoneDocument[] zones) => new()
    {
        Id = Guid.Parse("11111111-2222-3333-4444-555555555555"),
        Name = "nov-window",
        State = RolloutState.Running,
        Package = new PackageDocument { Id = "4.3.2-20261101", FileName = "f", Digest = new string('a', 64), Size = 1, Installer = "4.3.2", Qingcloud = "20261101", Upgrade = "20261101" },
        Runbook = new RunbookRef("qingcloud-upgrade", new string('b', 64)),
        Phases = ["preflight", "stage-package", "upgrade-platform", "verify"],
        Waves = [],
        Zones = zones,
        Counts = new ZoneCounts
        {
            Running = zones.Count(z => z.State == ZoneState.Running),
            Held = zones.Count(z => z.State == ZoneState.Held),
            Succeeded = zones.Count(z => z.State == ZoneState.Succeeded),
        },
        MaxParallel = 4,
        AnswersInAdvance = [],
        Budget = new BudgetDocument(1, 0),
        Interactive = true,
        OpenDecisions = zones.Count(z => z.State == ZoneState.Held),
        StartedBy = "operator",
        StartedAt = Now.AddHours(-1),
    };

    public static RolloutZoneDocument Zone(string name, ZoneState state, string? phase = null, string? step = null) => new()
    {
        Id = Guid.NewGuid(),
        Name = name,
        State = state,
        Wave = 0,
        Phase = phase,
        Step = step,
        Attempt = step is null ? null : 1,
        Since = Now.AddSeconds(-41),
        StartedAt = Now.AddMinutes(-30),
        PhasesDone = phase is null ? [] : ["preflight"],
        Guards = [],
        Skipped = [],
        Debts = [],
        Decisions = [],
    };

    public static AuditDocument Incident(string zone, string text) => new() { Outcome = "done", Number = 1, At = Now, Actor = "coordinator", Code = "lease-expired", Text = text, Args = new Dictionary<string, string>(), Zone = zone };
}
