using Fleet.Checking;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Strategies;
using Fleet.Simulation.Scheduling;

namespace Fleet.Simulation.Parts;

/// <summary>Somebody who answers what is asked, not always wisely, and now and then steers.</summary>
internal sealed class Person(World world, string name)
{
    private readonly SimProcess _process = new(name, world.Scheduler);
    private readonly Deciding _deciding = new(world);
    private readonly bool _steers = world.Random.Next(3) == 0;

    public void Begin() => _process.Run(() => _ = RunAsync());

    private async Task RunAsync()
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(2 + world.Random.Next(world.Chaos.IsOver ? 10 : 40)), _process.Time);
            var awake = world.Coordinators.Where(c => c.Process.IsAwake).ToList();
            if (awake.Count == 0)
                continue;
            var coordinator = awake[world.Random.Next(awake.Count)];
            if (world.Chaos.IsOver)
                Tidy(coordinator);
            else if (_steers && world.Random.Next(8) == 0)
                Steer(coordinator);
            Answer(coordinator);
            AnswerOfWave(coordinator);
        }
    }

    private void AnswerOfWave(Coordinator coordinator)
    {
        var asking = world.Store.Rollouts.All.FirstOrDefault(r => r.Waves.Any(w => w.Decision is { IsOpen: true }));
        if (asking?.Waves.First(w => w.Decision is { IsOpen: true }) is not { } wave)
            return;
        var choice = world.Random.Next(6) switch { 0 => Choices.Stop, 1 or 2 => Choices.CheckAgain, _ => Choices.GoOn };
        ActOnRollout(coordinator, $"answers {choice} to wave {wave.Name}", asking.Id, (row, _, now) => RolloutRules.Answer(row, wave.Decision!.Id, new AnswerDecision { Choice = choice }, name, now));
    }

    private void Answer(Coordinator coordinator)
    {
        var open = world.Store.ZoneUpgrades.All.SelectMany(z => z.Decisions.Where(d => d.AwaitsPerson).Select(d => (Row: z, Decision: d))).ToList();
        if (open.Count == 0)
            return;
        var (row, decision) = open[world.Random.Next(open.Count)];
        var answer = Choose(decision);
        ActOnZone(coordinator, $"answers {answer.Choice ?? answer.Text} to {decision.Kind} {decision.Step}", row.Id, (r, context) => ZoneUpgradeRules.Answer(r, decision.Id, answer, name, context));
    }

    private AnswerDecision Choose(Decision decision)
    {
        if (decision.Prompt is { Rule: null } && world.Random.Next(4) > 0)
            return new AnswerDecision { Text = "yes", Nodes = [], Items = [] };
        var weighed = decision.Choices.SelectMany(c => Enumerable.Repeat(c, Weight(c))).ToList();
        return new AnswerDecision { Choice = weighed[world.Random.Next(weighed.Count)], Comment = "because", Nodes = [], Items = [] };
    }

    private static int Weight(string choice) => choice switch
    {
        Choices.Yes => 8,
        Choices.Retry => 6,
        Choices.CheckAgain or Choices.No or Choices.MarkDone => 2,
        Choices.Release or Choices.Keep => 2,
        _ => 1,
    };

    private void Steer(Coordinator coordinator)
    {
        var rollouts = world.Store.Rollouts.All.ToList();
        var rollout = rollouts[world.Random.Next(rollouts.Count)];
        var zones = world.Store.ZoneUpgrades.All.Where(z => z.RolloutId == rollout.Id).ToList();
        var zone = zones[world.Random.Next(zones.Count)];
        switch (world.Random.Next(12))
        {
            case 0 or 1:
                ActOnRollout(coordinator, "pauses", rollout.Id, (row, _, _) => RolloutRules.Pause(row, name));
                break;
            case 2 or 3:
                ActOnRollout(coordinator, "resumes", rollout.Id, (row, standings, now) => RolloutRules.Resume(row, standings, name, now));
                break;
            case 4:
                ActOnZone(coordinator, "aborts", zone.Id, (row, context) => ZoneUpgradeRules.Abort(row, world.Random.Next(3) == 0 ? StopMode.AbortNow : StopMode.Abort, null, name, context));
                break;
            case 5 when world.Random.Next(3) == 0:
                ActOnRollout(coordinator, "aborts the rollout", rollout.Id, (row, _, _) => RolloutRules.Abort(row, world.Random.Next(3) == 0, null, name));
                break;
            case 6:
                Retry(coordinator, rollout.Id, zone);
                break;
            case 7:
                var (parallel, failures) = (1 + world.Random.Next(3), new Amount(world.Random.Next(3), null));
                ActOnRollout(coordinator, "changes the limits of", rollout.Id, (row, _, _) => RolloutRules.Limit(row, parallel, failures, null, name));
                break;
            case 8:
                ActOnRollout(coordinator, $"pauses {zone.Zone} in", rollout.Id, (row, standings, _) => RolloutRules.PauseZone(row, zone.Zone, standings, null, name));
                break;
            case 9:
                ActOnRollout(coordinator, $"lets {zone.Zone} go on in", rollout.Id, (row, _, _) => RolloutRules.ResumeZone(row, zone.Zone, null, name));
                break;
            case 10 when rollout.Waves.Count > 0:
                var wave = rollout.Waves[world.Random.Next(rollout.Waves.Count)];
                ActOnRollout(coordinator, $"{(wave.PausedBy is null ? "pauses" : "resumes")} the wave {wave.Name} of", rollout.Id, (row, _, _) => wave.PausedBy is null ? RolloutRules.PauseWave(row, wave.Name, null, name) : RolloutRules.ResumeWave(row, wave.Name, null, name));
                break;
            default:
                var known = world.Store.Zones[zone.Zone];
                world.Store.Zones[zone.Zone] = known with { Taken = !known.Taken };
                world.Note(known.Taken ? $"{name} returns {zone.Zone}" : $"{name} takes {zone.Zone}");
                break;
        }
    }

    /// <summary>After the faults: what was paused goes on, and zones come back.</summary>
    private void Tidy(Coordinator coordinator)
    {
        foreach (var (zone, row) in world.Store.Zones.Where(z => z.Value.Taken).ToList())
        {
            world.Store.Zones[zone] = row with { Taken = false };
            foreach (var upgrade in world.Store.ZoneUpgrades.All.Where(z => z.Zone == zone && !z.IsEnded).ToList())
                ActOnZone(coordinator, "returns", upgrade.Id, ZoneUpgradeRules.Advance, silent: true);
        }

        foreach (var kept in world.Store.ZoneUpgrades.All.Where(z => z.IsEnded && z.GuardsInForce.Any()).ToList())
        {
            if (world.Random.Next(4) == 0)
                Release(coordinator, kept);
        }

        foreach (var rollout in world.Store.Rollouts.All.Where(r => !r.IsEnded).ToList())
        {
            foreach (var zone in rollout.Zones.Where(z => z.PausedBy is not null))
                ActOnRollout(coordinator, $"lets {zone.Zone} go on in", rollout.Id, (row, _, _) => RolloutRules.ResumeZone(row, zone.Zone, null, name));
            foreach (var wave in rollout.Waves.Where(w => w.PausedBy is not null))
                ActOnRollout(coordinator, $"resumes the wave {wave.Name} of", rollout.Id, (row, _, _) => RolloutRules.ResumeWave(row, wave.Name, null, name));
        }

        foreach (var rollout in world.Store.Rollouts.All.Where(r => r.State == RolloutState.Paused).ToList())
            ActOnRollout(coordinator, "resumes", rollout.Id, (row, standings, now) => RolloutRules.Resume(row, standings, name, now));
    }

    private void Release(Coordinator coordinator, ZoneUpgrade kept) => Act(
        coordinator,
        "has the guard taken away",
        kept.Zone,
        (tx, outgoing) =>
        {
            var change = _deciding.Reopen(tx, kept.Id, (row, context) => ZoneUpgradeRules.ReleaseGuard(row, kept.GuardsInForce.First().Name, null, name, context), outgoing);
            return change is { Refusal: null } ? (change.Audit.Count > 0, change.Audit) : null;
        });

    private void Retry(Coordinator coordinator, Guid rolloutId, ZoneUpgrade zone) => Act(
        coordinator,
        "retries",
        zone.Zone,
        (tx, outgoing) =>
        {
            var first = _deciding.Zone(tx, zone.Id, (row, context) => ZoneUpgradeRules.Retry(row, null, "because", name, context), outgoing);
            if (first?.Refusal is not null)
                return (false, []);
            var second = _deciding.Rollout(
                tx,
                rolloutId,
                (row, standings, _) => standings[zone.Id].Blocked
                    ? Change.Refuse(row, Finding.Of("zone-blocked", ("zone", zone.Zone)))
                    : RolloutRules.Retry(row, zone.Zone, name),
                outgoing);
            return second?.Refusal is not null ? ((bool, IReadOnlyList<AuditEntry>)?)null : (true, tx.Audit);
        });

    private void ActOnZone(Coordinator coordinator, string what, Guid id, Func<ZoneUpgrade, ZoneContext, Change<ZoneUpgrade>> decide, bool silent = false) => Act(
        coordinator,
        what,
        world.Store.ZoneUpgrades.Get(id).Row!.Zone,
        (tx, outgoing) =>
        {
            // A dispatch that follows in the same commit is the coordinator's, not this person's.
            var changed = false;
            var change = _deciding.Zone(
                tx,
                id,
                (row, context) =>
                {
                    var decided = decide(row, context);
                    changed = !ReferenceEquals(row, decided.Row);
                    return Sabotaged(decided);
                },
                outgoing);
            return (!silent && change?.Refusal is null && changed, change?.Audit ?? []);
        });

    private void ActOnRollout(Coordinator coordinator, string what, Guid id, Func<Rollout, IReadOnlyDictionary<Guid, ZoneStanding>, DateTimeOffset, Change<Rollout>> decide) => Act(
        coordinator,
        what,
        null,
        (tx, outgoing) =>
        {
            var before = tx.Rollout(id);
            var change = _deciding.Rollout(tx, id, (row, zones, now) => Sabotaged(decide(row, zones, now)), outgoing);
            return (change?.Refusal is null && !ReferenceEquals(before, change?.Row), change?.Audit ?? []);
        });

    /// <param name="decide">Whether anything changed, with its audit; null: refused as a whole, nothing may be written.</param>
    private void Act(Coordinator coordinator, string what, string? zone, Func<Tx, Outgoing, (bool Changed, IReadOnlyList<AuditEntry> Audit)?> decide) =>
        coordinator.Process.Run(() => _ = coordinator.ChangeAsync((tx, outgoing) =>
        {
            if (decide(tx, outgoing) is not { } done)
            {
                tx.Drop();
                outgoing.Clear();
                return false;
            }

            tx.Committed.Add(() => world.Tell(new PersonActed(world.Now, zone ?? "", name, what, done.Changed, done.Audit.Count(a => a.Actor == name))));
            return true;
        }));

    private Change<T> Sabotaged<T>(Change<T> change) => world.Sabotage == Sabotage.AuditForgotten ? change with { Audit = [] } : change;
}
