using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Tests.ZoneUpgrades;

/// <summary>Drives the pure rules the way messages would, one after the other, without any bus or database.</summary>
internal sealed class ZoneScript
{
    private long _epoch;
    private long _sequence;

    public ZoneUpgrade Row { get; set; } = new()
    {
        Id = new Guid("11111111-1111-1111-1111-111111111111"),
        RolloutId = new Guid("22222222-2222-2222-2222-222222222222"),
        Zone = "pek1a",
        Package = Samples.Package,
        Runbook = new RunbookRef("qingcloud-upgrade", Samples.Runbook.Digest),
    };

    public ZoneContext Context { get; set; } = new()
    {
        Now = new DateTimeOffset(2026, 11, 1, 2, 0, 0, TimeSpan.Zero),
        Runbook = Samples.Runbook,
        Traits = Samples.Traits,
        Starts = 1,
    };

    /// <summary>The zone allows the dead-man's rule.</summary>
    public TimeSpan? DeadMan { get; init; }
    public List<AuditEntry> Audit { get; } = [];

    /// <summary>Called after each change.</summary>
    public Action? Changed { get; set; }
    public ReportReply LastReply { get; private set; }
    public Finding? LastRefusal { get; private set; }

    public Decision OpenDecision => Row.Decisions.Single(d => d.AwaitsPerson);

    public Phase Phase => Samples.Runbook.FindPhase(Row.Phase!)!;

    public Step Step(string name) => Phase.FindStep(name)!;

    public ZoneScript Apply(Change<ZoneUpgrade> change)
    {
        LastRefusal = change.Refusal;
        LastReply = change.Reply;
        Row = change.Row;
        Audit.AddRange(change.Audit);
        Changed?.Invoke();
        return this;
    }

    public ZoneScript LookAgain() => Apply(ZoneUpgradeRules.Advance(Row, Context));

    public ZoneScript With(Stance rollout)
    {
        Context = Context with { Rollout = rollout };
        return LookAgain();
    }

    public ZoneScript Dispatch()
    {
        _sequence = 0;
        return Apply(ZoneUpgradeRules.Dispatch(Row, ++_epoch, _epoch - 1, Context));
    }

    /// <summary>Sent out and taken by a worker.</summary>
    public ZoneScript Taken(string worker = "w1")
    {
        Dispatch();
        return Report(new PhaseAccepted { ZoneUpgradeId = Row.Id, Epoch = _epoch, Sequence = ++_sequence, WorkerId = worker, At = Context.Now, Phase = Row.Phase! });
    }

    public ZoneScript Report(IPhaseReport report) => Apply(ZoneUpgradeRules.Report(Row, report, Context));

    public ZoneScript Begin(string step) => Report(new StepStarting
    {
        ZoneUpgradeId = Row.Id,
        Epoch = _epoch,
        Sequence = ++_sequence,
        WorkerId = Row.WorkerId!,
        At = Context.Now,
        Phase = Row.Phase!,
        Step = step,
        Attempt = Attempt(step),
        ExecutionId = Step(step).Changes ? ExecutionId(step) : null,
        BootId = "boot",
        Guard = Step(step).Kind == "set-guard" ? Guard(step) : null,
    });

    public ZoneScript End(string step, StepOutcome outcome = StepOutcome.Succeeded, IReadOnlyList<Debt>? debts = null, IReadOnlyList<VerifiedBackup>? backups = null) => Report(new StepFinished
    {
        ZoneUpgradeId = Row.Id,
        Epoch = _epoch,
        Sequence = ++_sequence,
        WorkerId = Row.WorkerId!,
        At = Context.Now,
        Phase = Row.Phase!,
        Step = step,
        Attempt = Attempt(step),
        Outcome = outcome,
        StartedAt = Context.Now,
        Debts = debts ?? [],
        Backups = backups ?? [],
        Guard = outcome == StepOutcome.Succeeded && Step(step).Guard is not null ? Guard(step) : null,
    });

    public ZoneScript Succeed(bool alreadyThere = false) => Report(new PhaseSucceeded
    {
        ZoneUpgradeId = Row.Id,
        Epoch = _epoch,
        Sequence = ++_sequence,
        WorkerId = Row.WorkerId!,
        At = Context.Now,
        Phase = Row.Phase!,
        AlreadyThere = alreadyThere,
    });

    public ZoneScript Hold(string step, DecisionKind kind, IReadOnlyList<string> choices, params IReadOnlyList<DecisionItem> items) => Report(new PhaseHeld
    {
        ZoneUpgradeId = Row.Id,
        Epoch = _epoch,
        Sequence = ++_sequence,
        WorkerId = Row.WorkerId!,
        At = Context.Now,
        Phase = Row.Phase!,
        Decision = new DecisionRequest { Kind = kind, Step = step, Question = Finding.Of("step-failed", ("step", step)), Choices = choices, Items = items, Fingerprint = $"{kind}:{step}" },
    });

    public ZoneScript Fail(string step) => Report(new PhaseFailed
    {
        ZoneUpgradeId = Row.Id,
        Epoch = _epoch,
        Sequence = ++_sequence,
        WorkerId = Row.WorkerId!,
        At = Context.Now,
        Phase = Row.Phase!,
        Step = step,
        Reason = Finding.Of("versions-not-4", ("installer", "3.7.0")),
    });

    public ZoneScript Stopped(StopMode mode, bool unknown = false) => Report(new PhaseStopped
    {
        ZoneUpgradeId = Row.Id,
        Epoch = _epoch,
        Sequence = ++_sequence,
        WorkerId = Row.WorkerId!,
        At = Context.Now,
        Phase = Row.Phase!,
        Mode = mode,
        OutcomeUnknown = unknown,
    });

    public ZoneScript Prompt(string step, long offset, string? rule, string? component = null, bool safePoint = false, params IReadOnlyList<string> failedNodes) => Report(new PromptRaised
    {
        ZoneUpgradeId = Row.Id,
        Epoch = _epoch,
        Sequence = ++_sequence,
        WorkerId = Row.WorkerId!,
        At = Context.Now,
        Phase = Row.Phase!,
        Step = step,
        Attempt = Attempt(step),
        ExecutionId = ExecutionId(step),
        Offset = offset,
        Rule = rule,
        Text = "Are you sure [y/N]?",
        Component = component,
        SafePoint = safePoint,
        FailedNodes = failedNodes,
        Fingerprint = $"prompt:{rule}",
    });

    public ZoneScript Delivered(Decision decision, AnswerResult result = AnswerResult.Applied) => Report(new PromptAnswered
    {
        ZoneUpgradeId = Row.Id,
        Epoch = _epoch,
        Sequence = ++_sequence,
        WorkerId = Row.WorkerId!,
        At = Context.Now,
        DecisionId = decision.Id,
        ExecutionId = decision.Prompt!.ExecutionId,
        Offset = decision.Prompt.Offset,
        Result = result,
    });

    public ZoneScript Answer(string? choice, string? comment = null, string? text = null, string? from = null, IReadOnlyList<string>? nodes = null, IReadOnlyList<string>? items = null) =>
        Answer(OpenDecision.Id, choice, comment, text, from, nodes, items);

    public ZoneScript Answer(Guid id, string? choice, string? comment = null, string? text = null, string? from = null, IReadOnlyList<string>? nodes = null, IReadOnlyList<string>? items = null) =>
        Apply(ZoneUpgradeRules.Answer(Row, id, new AnswerDecision { Choice = choice, Comment = comment, Text = text, From = from, Nodes = nodes ?? [], Items = items ?? [] }, "ops", Context));

    /// <summary>The current phase, well to its end.</summary>
    public ZoneScript CarryOut()
    {
        Taken();
        foreach (var step in Phase.Steps.Where(s => Row.Entry(Phase.Name, s.Name)?.State is null or LedgerState.Open or LedgerState.Started).ToList())
            Begin(step.Name).End(step.Name);
        return Succeed();
    }

    /// <summary>Started, and well through all phases before this one, which is wanted.</summary>
    public static ZoneScript At(string phase)
    {
        var script = new ZoneScript().LookAgain();
        while (script.Row.Phase != phase)
            script.CarryOut();
        return script;
    }

    public string ExecutionId(string step) => $"{Row.Id:N}.{step}.{Attempt(step)}.main";

    private int Attempt(string step) => Row.Entry(Row.Phase!, step)?.Attempt ?? 1;

    private GuardState Guard(string step) => new()
    {
        Name = Step(step).Guard!,
        Since = Context.Now,
        Nodes = ["hyper01"],
        Released = Step(step).Kind == "release-guard",
        Watch = DeadMan is { } limit ? new GuardWatch { Id = $"{Row.Id:N}.{Step(step).Guard}", Limit = limit, State = GuardWatchState.Armed, RenewedAt = Context.Now } : null,
    };
}
