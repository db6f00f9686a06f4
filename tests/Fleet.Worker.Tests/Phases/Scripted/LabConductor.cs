using System.Collections.Concurrent;
using Fleet.Contracts;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Model;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.Worker.Tests.Phases.Scripted;

/// <summary>Sends a lab zone's phases one after the other with what the reports told, and answers prompts as the runbook or the test says.</summary>
internal sealed class LabConductor
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    private readonly Lab _lab;
    private readonly LabZone _zone;
    private readonly Dictionary<string, string> _facts = [];
    private readonly Dictionary<string, GuardState> _guards = [];
    private readonly Dictionary<(string, string), LedgerEntry> _ledger = [];
    private readonly ConcurrentDictionary<(long, string, long), bool> _answered = new();
    private int _taken;
    private long _epoch;

    public LabConductor(Lab lab, LabZone zone)
    {
        _lab = lab;
        _zone = zone;
    }

    public static Runbook Runbook => BuiltinRunbooks.Find(BuiltinRunbooks.QingcloudUpgrade)!;

    public Guid Id { get; } = Guid.NewGuid();
    public long Epoch => _epoch;

    /// <summary>What the inventory allows.</summary>
    public TimeSpan? DeadMan { get; init; }
    public IReadOnlyDictionary<string, GuardState> Guards => _guards;
    public List<Contracts.Decisions.Debt> Debts { get; } = [];

    /// <summary>What a person says to a prompt; null: nothing yet.</summary>
    public Func<PromptRaised, string?> Person { get; set; } = _ => null;

    /// <summary>Prompts that are left open.</summary>
    public Func<PromptRaised, bool> Unanswered { get; set; } = _ => false;

    public void Reopen(string phase, string step, string choice, params (string Name, string Value)[] more)
    {
        var entry = _ledger[(phase, step)];
        var parameters = more.ToDictionary(m => m.Name, m => m.Value);
        parameters["choice"] = choice;
        parameters["by"] = "ann";
        _ledger[(phase, step)] = new LedgerEntry { Phase = phase, Step = step, Attempt = entry.Attempt + 1, State = LedgerState.Open, Parameters = parameters };
    }

    public FirstboxConnection Connection => new()
    {
        Firstbox = new SshHop { Host = _zone.Host, Port = _zone.Port, User = _zone.User, Identity = $"file:{_zone.IdentityFile}", HostKey = _zone.HostKeyFingerprint },
    };

    /// <summary>The last report of the phase.</summary>
    public async Task<IPhaseReport> RunAsync(WorkerUnderTest worker, string phase)
    {
        var epoch = await DispatchAsync(worker, phase);
        return await LastAsync(worker, epoch);
    }

    public async Task<long> DispatchAsync(WorkerUnderTest worker, string phase)
    {
        var epoch = ++_epoch;
        worker.Coordinator.OnReport = report => _ = AnswerAsync(worker, report);
        await worker.SendAsync(new ExecutePhase
        {
            Contract = ContractNumber.Current,
            ZoneUpgradeId = Id,
            RolloutId = Guid.NewGuid(),
            Zone = _zone.Name,
            Phase = phase,
            Epoch = epoch,
            Installation = "lab-test",
            Connection = Connection,
            Traits = new ZoneTraits { ZoneIds = [.. _zone.Shape.Ids.Select(id => new ZoneIdTraits(id.Id, id.Kind == "global" ? ZoneKind.Global : ZoneKind.Sub, id.Special))], DeadMan = DeadMan },
            Runbook = new RunbookRef(Runbook.Name, Runbook.Digest),
            Package = new PackageRef
            {
                FileName = _lab.Package.FileName,
                Digest = _lab.Package.Digest,
                Size = _lab.Package.Size,
                Installer = _lab.Package.Installer,
                Qingcloud = _lab.Package.Qingcloud,
                Upgrade = _lab.Package.Upgrade,
            },
            Ledger = [.. _ledger.Values],
            Facts = new Dictionary<string, string>(_facts),
            Guards = [.. _guards.Values],
            Lease = TimeSpan.FromSeconds(10),
        });
        return epoch;
    }

    public async Task<IPhaseReport> LastAsync(WorkerUnderTest worker, long epoch)
    {
        var last = await Eventually.GetAsync(
            () => Task.FromResult(worker.Coordinator.Of<IPhaseReport>().FirstOrDefault(r => r.Epoch == epoch && r is PhaseSucceeded or PhaseHeld or PhaseFailed or PhaseStopped)),
            Limit, TestContext.Current.CancellationToken, () => $"{worker.Coordinator.Told()}\n{string.Join('\n', _zone.Journal())}");
        Learn(worker);
        return last;
    }

    /// <summary>Takes what was reported into the record, as a coordinator does.</summary>
    public void Learn(WorkerUnderTest worker)
    {
        var reports = worker.Coordinator.Of<IPhaseReport>();
        foreach (var report in reports.Skip(_taken))
        {
            switch (report)
            {
                case StepStarting s:
                    _ledger[(s.Phase, s.Step)] = (_ledger.GetValueOrDefault((s.Phase, s.Step)) ?? new LedgerEntry { Phase = s.Phase, Step = s.Step, Attempt = s.Attempt, State = LedgerState.Open })
                        with
                    { State = LedgerState.Started, Attempt = s.Attempt, ExecutionId = s.ExecutionId, BootId = s.BootId };
                    if (s.Guard is { } setting)
                        _guards[setting.Name] = setting;
                    break;
                case StepFinished f:
                    _ledger[(f.Phase, f.Step)] = (_ledger.GetValueOrDefault((f.Phase, f.Step)) ?? new LedgerEntry { Phase = f.Phase, Step = f.Step, Attempt = f.Attempt, State = LedgerState.Open })
                        with
                    { State = f.Outcome == StepOutcome.Succeeded ? LedgerState.Succeeded : f.Outcome == StepOutcome.Skipped ? LedgerState.Skipped : LedgerState.Failed, ExecutionId = f.ExecutionId };
                    foreach (var (name, value) in f.Facts)
                        _facts[name] = value;
                    if (f.Guard is { } guard)
                        _guards[guard.Name] = guard;
                    Debts.AddRange(f.Debts);
                    break;
            }
        }
        _taken = reports.Count;
    }

    /// <summary>Another worker's coordinator begins its own list of reports.</summary>
    public void Handed() => _taken = 0;

    private async Task AnswerAsync(WorkerUnderTest worker, IPhaseReport report)
    {
        if (report is not PromptRaised raised || Unanswered(raised) || !_answered.TryAdd((raised.Epoch, raised.ExecutionId, raised.Offset), true))
            return;
        var rule = Runbook.FindPhase(raised.Phase)!.FindStep(raised.Step)!.Prompts.FirstOrDefault(p => p.Name == raised.Rule);
        if (Person(raised) is { } said)
            await worker.TellAsync(Answer(raised, said));
        else if (rule is { Policy: PromptPolicy.Answer, Answer: { } answer })
            await worker.TellAsync(Answer(raised, answer));
    }

    public static AnswerPrompt Answer(PromptRaised raised, string text) => new()
    {
        ZoneUpgradeId = raised.ZoneUpgradeId,
        Epoch = raised.Epoch,
        DecisionId = Guid.NewGuid(),
        ExecutionId = raised.ExecutionId,
        Offset = raised.Offset,
        Text = text,
    };
}
