using CsCheck;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Guards;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

/// <summary>Every message in every state has an answer, and whatever the order, the promises hold.</summary>
public sealed class AnyMessageTests
{
    private static readonly string[] Choices = [Contracts.Decisions.Choices.Retry, Contracts.Decisions.Choices.Ignore, Contracts.Decisions.Choices.MarkDone, Contracts.Decisions.Choices.Fail, Contracts.Decisions.Choices.CheckAgain];

    [Fact]
    public void Whatever_comes_in_whatever_order_the_promises_hold() =>
        Gen.Int[0, 1_000_000].Array[1, 200].Sample(moves =>
        {
            var zone = new ZoneScript { DeadMan = TimeSpan.FromHours(8) };
            foreach (var move in moves)
            {
                var before = zone.Row;
                var told = zone.Audit.Count;
                Move(zone, move);
                try
                {
                    Check(before, zone, [.. zone.Audit.Skip(told)]);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"{e.Message}\n{History(zone)}", e);
                }
            }
        }, iter: 500);

    private static string History(ZoneScript zone) => string.Join('\n', zone.Audit.Select(a => $"{a.Actor} {a.Code} {string.Join(",", a.Args.Select(x => x.Key + "=" + x.Value))}"));

    private static void Move(ZoneScript zone, int move)
    {
        var row = zone.Row;
        switch (move % 17)
        {
            case 0 or 1 or 2 or 3 when row.Work == Work.Wanted: zone.CarryOut(); break;
            case 4 when row.Work == Work.Wanted: zone.Taken($"w{move % 3}"); break;
            case 5 when row.Work == Work.Wanted: zone.Dispatch(); break;
            case 6 when row.Work == Work.Accepted: Step(zone, move, held: false); break;
            case 7 when row.Work == Work.Accepted: Step(zone, move, held: true); break;
            case 8 when row.Work == Work.Accepted: zone.Stopped(row.Stop?.Mode ?? StopMode.Pause, move % 5 == 0); break;
            case 9: zone.Apply(ZoneUpgradeRules.ExpireLease(row, row.Epoch, zone.Context)); break;
            case 10: zone.With((Stance)(move / 16 % 40 == 0 ? 2 : move / 16 % 2)); break;
            case 11 or 12 when row.Decisions.FirstOrDefault(d => d.AwaitsPerson) is { } decision:
                zone.Answer(decision.Id, decision.Choices[move / 16 % decision.Choices.Count], "because");
                break;
            case 13 when row.IsEnded && row.State != ZoneState.Succeeded:
                zone.Context = zone.Context with { Rollout = Stance.Go };
                zone.Apply(ZoneUpgradeRules.Retry(row, null, "because", "ops", zone.Context));
                zone.Context = zone.Context with { Starts = row.StartsTaken + 1 };
                zone.LookAgain();
                break;
            case 14: zone.Report(Stray(row, move)); break;
            case 15 when row.Decisions.Count > 0: AnswerAny(zone, row.Decisions[move / 17 % row.Decisions.Count], move); break;
            case 16 when row.Guards is [var guard, ..]: zone.Apply(ZoneUpgradeRules.TakeRenewal(row, Renewed(zone, guard, move / 17), zone.Context)); break;
            default: zone.LookAgain(); break;
        }
    }

    /// <summary>In time, late, doubled, of another rule, or of a guard that is released.</summary>
    private static WatchRenewed Renewed(ZoneScript zone, GuardState guard, int move) => new()
    {
        ZoneUpgradeId = zone.Row.Id,
        Guard = guard.Name,
        WatchId = move % 5 == 0 ? "another" : guard.Watch?.Id ?? "none",
        WorkerId = "w1",
        AskedAt = zone.Context.Now.AddMinutes((move % 7) - 3),
        State = (GuardWatchState)(move % 6),
        Revived = move % 3 == 0,
        Outcome = (GuardWatchOutcome)(move % 4),
    };

    /// <summary>Somebody else answers whatever question, open or not: the model says what becomes of it.</summary>
    private static void AnswerAny(ZoneScript zone, Decision decision, int move)
    {
        var before = zone.Row;
        var choice = decision.Choices[move / 51 % decision.Choices.Count];
        zone.Apply(ZoneUpgradeRules.Answer(before, decision.Id, new AnswerDecision { Choice = choice, Comment = "so" }, "other", zone.Context));
        var expected = decision switch
        {
            { State: DecisionState.Withdrawn or DecisionState.Expired } => "decision-not-open",
            { Answer: { } first } => first.Choice == choice ? null : "decision-answered",
            _ => null,
        };
        zone.LastRefusal?.Code.ShouldBe(expected);
        if (decision.State == DecisionState.Open && decision.Answer is null)
            zone.Row.Decisions.Single(d => d.Id == decision.Id).Answer!.By.ShouldBe("other");
        else
            zone.Row.ShouldBeSameAs(before, "an answer that came too late changed something");
    }

    private static void Step(ZoneScript zone, int move, bool held)
    {
        // No worker begins what the ledger says is done.
        if (zone.Phase.Steps.Where(s => zone.Row.Entry(zone.Phase.Name, s.Name)?.State is null or LedgerState.Open or LedgerState.Started).ToList() is not { Count: > 0 } open)
            return;
        var step = open[move / 16 % open.Count];
        var outcome = held ? (StepOutcome)(1 + (4 * (move / 64 % 2))) : StepOutcome.Succeeded;
        zone.Begin(step.Name).End(step.Name, outcome);
        if (held)
            zone.Hold(step.Name, outcome == StepOutcome.Unknown ? DecisionKind.UnknownOutcome : DecisionKind.FailedStep, Choices);
    }

    private static PhaseSucceeded Stray(ZoneUpgrade row, int move) => new()
    {
        ZoneUpgradeId = row.Id,
        Epoch = Math.Max(0, row.Epoch + 1 - (move / 16 % 3)),
        Sequence = 2 + (move / 64 % 20),
        WorkerId = "stray",
        At = default,
        Phase = row.Phase ?? "preflight",
    };

    private static void Check(ZoneUpgrade before, ZoneScript zone, IReadOnlyList<AuditEntry> told)
    {
        var after = zone.Row;
        if (after.IsEnded && !before.IsEnded)
        {
            after.GuardsInForce.ShouldAllBe(g => after.KeptGuards.ContainsKey(g.Name), "a zone ended while a guard that nobody kept was in force");
            after.Work.ShouldBe(Work.None);
            after.Decisions.ShouldAllBe(d => !d.AwaitsPerson);
        }

        if (after is { Phase: "upgrade-platform", Work: Work.Sent } && before.Work != Work.Sent && (after.Entry("upgrade-platform", "upgrade-packages") is null or { State: LedgerState.Open }))
        {
            var set = after.Entry("prepare-platform", "disable-rescue")!.State is LedgerState.Ignored or LedgerState.MarkedDone;
            (set || after.GuardsInForce.Any()).ShouldBeTrue("the platform is upgraded without its guard");
        }

        foreach (var decision in before.Decisions.Where(d => d.Answer is not null))
            after.Decisions.Single(d => d.Id == decision.Id).Answer.ShouldBeSameAs(decision.Answer, "an answer that was given became another");
        zone.Audit.Where(a => a.Code == "answer-given").Select(a => a.Args["decision"]).ShouldBeUnique("a question was answered twice");
        after.Epoch.ShouldBeGreaterThanOrEqualTo(before.Epoch);
        if (after.State == ZoneState.Held)
            after.Decisions.ShouldContain(d => d.AwaitsPerson, "held, and nobody is asked");
        if (after is { State: ZoneState.Succeeded } && before.State != ZoneState.Succeeded)
            after.Ledger.ShouldAllBe(e => e.State != LedgerState.Unknown && e.State != LedgerState.TimedOut, "unknown became success");
        foreach (var entry in after.Ledger)
        {
            if (before.Entry(entry.Phase, entry.Step) is { } old && entry.Attempt > old.Attempt)
                told.ShouldContain(a => a.Code == "answer-given" || a.Code == "zone-retry" || a.Code == "guard-release", "an attempt was raised without a decision recorded with it");
        }

        if (after is { State: ZoneState.Running, Work: Work.None, Stance: Stance.Go })
            throw new InvalidOperationException($"it runs, nothing is wanted and nobody is asked: {Json.Write(after)}");
        Json.Read<ZoneUpgrade>(Json.Write(after)).Decisions.Count.ShouldBe(after.Decisions.Count);
    }
}
