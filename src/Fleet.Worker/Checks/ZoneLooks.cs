using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;
using Fleet.Runbooks.Model;
using Fleet.Worker.Phases;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Checks;

/// <summary>Looks at one zone as a rollout's preflight does: the same steps, over a plain connection. No runner is installed, no epoch is needed, and a rollout at work there is not disturbed.</summary>
internal sealed partial class ZoneLooks(IFirstboxes firstboxes, IRunbooks runbooks, StepKinds kinds, WorkerOptions options, TimeProvider time, ILogger<ZoneLooks> log)
{
    public async Task<ZoneChecked> LookAsync(CheckZone check, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var probed = await firstboxes.ProbeAsync(new ProbeFirstbox { Contract = check.Contract, Zone = check.Zone, Depth = ProbeDepth.Standing, Connection = check.Connection }, cancellationToken);
        var facts = new Dictionary<string, string>(probed.Facts, StringComparer.Ordinal);
        IReadOnlyList<CheckedStep> steps = probed.Stages.All(s => s.Problem is null) ? [OwnLooks.Ssh(probed), .. await StepsAsync(check, facts, cancellationToken)] : [];
        return new ZoneChecked
        {
            ZoneCheckId = check.ZoneCheckId,
            Zone = check.Zone,
            WorkerId = options.WorkerId,
            StartedAt = startedAt,
            EndedAt = time.GetUtcNow(),
            Stages = probed.Stages,
            Steps = steps,
            Facts = facts,
        };
    }

    private async Task<IReadOnlyList<CheckedStep>> StepsAsync(CheckZone check, Dictionary<string, string> facts, CancellationToken cancellationToken)
    {
        try
        {
            var runbook = await runbooks.GetAsync(check.Runbook, cancellationToken);
            await using var shell = await firstboxes.ConnectAsync(check.Zone, check.Connection, cancellationToken);
            return await StepsAsync(check, runbook, shell, facts, cancellationToken);
        }
        catch (PhaseHoldException e)
        {
            return [new CheckedStep("runbook", CheckVerdict.Asks, [e.Reason], DecisionKind.FailedStep)];
        }
        catch (SshLinkException e)
        {
            return [new CheckedStep("link", CheckVerdict.Asks, [e.Reason], DecisionKind.FailedStep)];
        }
    }

    private async Task<IReadOnlyList<CheckedStep>> StepsAsync(CheckZone check, Runbook runbook, IRemoteShell shell, Dictionary<string, string> facts, CancellationToken cancellationToken)
    {
        var command = CommandOf(check);
        var standing = new Dictionary<string, string>(facts, StringComparer.Ordinal);
        var looked = new List<CheckedStep>();
        foreach (var (phase, step) in CheckPlan.Of(runbook))
        {
            var context = new CheckContext(command, runbook, phase, step, facts, shell, time);
            looked.Add(await StepAsync(check, context, facts, cancellationToken));
            if (looked[^1].Verdict == CheckVerdict.AlreadyThere)
                return looked;
        }

        var (first, any) = CheckPlan.Of(runbook) is [var head, ..] ? head : (runbook.Phases[0], runbook.Phases[0].Steps[0]);
        var own = new CheckContext(command, runbook, first, any, facts, shell, time);
        looked.Add(await OwnAsync("clock", async () =>
        {
            var (clock, skew) = await OwnLooks.ClockAsync(own, cancellationToken);
            facts["clock.skew"] = skew;
            return clock;
        }, cancellationToken));
        looked.Add(await OwnAsync("leftovers", () => OwnLooks.LeftoversAsync(own, standing, cancellationToken), cancellationToken));
        looked.Add(await OwnAsync("nodes", () => OwnLooks.NodesAsync(own, cancellationToken), cancellationToken));
        return looked;
    }

    private async Task<CheckedStep> StepAsync(CheckZone check, CheckContext context, Dictionary<string, string> facts, CancellationToken cancellationToken)
    {
        var step = context.Step;
        if (!CheckPlan.MayLook(step) || kinds.Find(step.Kind) is not { } kind)
            return Skipped(step.Name, Finding.Of("check-not-looked-at", ("step", step.Name)));
        if (check.Package is null && CheckPlan.NeedsPackage(step))
            return Skipped(step.Name, Finding.Of("check-without-package", ("step", step.Name)));
        if (ConditionRules.WhyNot(step.When, check.Traits, facts) is { } why)
            return Skipped(step.Name, Finding.Of("step-not-applicable", ("step", step.Name), ("reason", why)));
        return await OwnAsync(step.Name, async () =>
        {
            using var limit = new CancellationTokenSource(step.TimeLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                var result = await kind.RunAsync(context, either.Token);
                foreach (var (name, value) in result.Facts)
                    facts[name] = value;
                return Verdicts.Of(step.Name, result);
            }
            catch (Exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return new CheckedStep(step.Name, CheckVerdict.Asks, [Finding.Of("time-limit-passed", ("limit", Durations.Text(step.TimeLimit)))], DecisionKind.TimedOut);
            }
        }, cancellationToken);
    }

    /// <summary>What goes wrong with one look keeps no other from being made.</summary>
    private async Task<CheckedStep> OwnAsync(string name, Func<Task<CheckedStep>> look, CancellationToken cancellationToken)
    {
        try
        {
            return await look();
        }
        catch (LooksOnlyException)
        {
            return Skipped(name, Finding.Of("check-not-looked-at", ("step", name)));
        }
        catch (PhaseHoldException e)
        {
            return new CheckedStep(name, CheckVerdict.Asks, [e.Reason], e.Kind);
        }
        catch (RemoteShellException e)
        {
            return new CheckedStep(name, CheckVerdict.Asks, [e.Reason], DecisionKind.FailedStep);
        }
        catch (SshLinkException e)
        {
            return new CheckedStep(name, CheckVerdict.Asks, [e.Reason], DecisionKind.FailedStep);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogBroken(e, name);
            return new CheckedStep(name, CheckVerdict.Asks, [Finding.Of("worker-error", ("step", name), ("error", $"{e.GetType().Name}: {e.Message}"))], DecisionKind.FailedStep);
        }
    }

    private static CheckedStep Skipped(string name, Finding why) => new(name, CheckVerdict.Skipped, [why]);

    /// <summary>As a phase's command would have it, with nothing on record.</summary>
    private static ExecutePhase CommandOf(CheckZone check) => new()
    {
        Contract = check.Contract,
        ZoneUpgradeId = check.ZoneCheckId,
        RolloutId = check.ZoneCheckId,
        Zone = check.Zone,
        Phase = Fleet.Runbooks.Facts.RunbookPhases.Preflight,
        Epoch = 0,
        Installation = "",
        Connection = check.Connection,
        Traits = check.Traits,
        Runbook = check.Runbook,
        Package = check.Package ?? CheckPlan.NoPackage,
        Ledger = [],
        Facts = new Dictionary<string, string>(),
        Guards = [],
        Lease = TimeSpan.Zero,
    };

    [LoggerMessage(3801, LogLevel.Warning, "The look {Name} failed")]
    private partial void LogBroken(Exception exception, string name);
}
