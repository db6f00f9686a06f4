using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Phases;

/// <summary>What comes before a dispatch's first step: the link, the fence, what the record has lost, and a look at the zone.</summary>
internal sealed class ZoneAttach(DispatchScope scope)
{
    /// <param name="step">Where the phase goes on.</param>
    /// <exception cref="PhaseHoldException">The zone refused, or is not to be touched: a person is asked.</exception>
    public async Task RunAsync(Step step, CancellationToken cancellationToken)
    {
        // To abort what was begun a worker has to be there.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, StepRules.MayHaveRun(scope.Entry(step)) ? CancellationToken.None : scope.Stop.Abort);
        await scope.Link.ConnectAsync(either.Token);
        await scope.Lease.WhenHeldAsync(either.Token);
        var reply = await scope.Link.UseAsync((_, runner) => runner.AttachAsync(Attach(scope.Command), either.Token), either.Token);
        if (reply.Refusal != Refusal.None)
            throw new PhaseHoldException(Refusals.Told(reply.Refusal, reply.Detail, reply.Fence, scope.Command.KnownFence), choices: reply.Refusal == Refusal.Ahead ? [Choices.Retry, Choices.Fail] : null);
        // A new connection knows nothing of the old one. The fence is where it was: nothing is overridden twice.
        scope.Link.GreetWith(async (runner, ct) =>
        {
            var again = await runner.AttachAsync(new AttachZone(scope.Epoch, scope.Command.Installation), ct);
            if (again.Refusal != Refusal.None)
                throw new PhaseHoldException(Refusals.Told(again.Refusal, again.Detail, again.Fence));
        });
        if (scope.Command.RecordLost)
            await RecallAsync(either.Token);
        await LookAsync(step, either.Token);
        await CleanAsync(either.Token);
    }

    /// <summary>The zone's runs are the record of what the ledger has lost.</summary>
    private async Task RecallAsync(CancellationToken cancellationToken)
    {
        var runs = await scope.Link.UseAsync((_, runner) => runner.RunsAsync($"{scope.ZoneUpgradeId:N}", cancellationToken), cancellationToken);
        scope.Past = LostPast.Of(scope.Runbook, scope.ZoneUpgradeId, scope.Command.Ledger, runs);
        scope.Command = scope.Command with { Ledger = scope.Past.Ledger };
    }

    private static AttachZone Attach(ExecutePhase command) => new(command.Epoch, command.Installation, command.OverrideFence, command.KnownFence);

    /// <summary>What the phase before this one printed is stored and its steps are recorded: the firstbox need not keep it. What stays there is that they ran.</summary>
    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var before = scope.Runbook.Phases.TakeWhile(p => p.Name != scope.Phase.Name).LastOrDefault()?.Name;
        foreach (var id in scope.Command.Ledger.Where(e => e.Phase == before && e.State == LedgerState.Succeeded).Select(e => e.ExecutionId).OfType<string>())
            await scope.Link.UseAsync((_, runner) => runner.CleanAsync(id, scope.Epoch, cancellationToken), cancellationToken);
    }

    /// <summary>A check of its own asks more and offers more; where a phase begins with none, this holds it.</summary>
    private async Task LookAsync(Step step, CancellationToken cancellationToken)
    {
        if (step.Kind == "check-activity")
            return;
        var script = ZoneLook.Script(scope.Runbook.Settings.GetValueOrDefault("paths.version-file"));
        var look = ZoneLook.Parse((await scope.Link.UseAsync((shell, _) => shell.RunAsync(script, cancellationToken), cancellationToken)).Text);
        if (look.ForeignWork() is { Count: > 0 } foreign)
            throw new PhaseHoldException(foreign[0], choices: [Choices.Retry, Choices.Fail]);
        // What was begun, or is wanted again, may have changed the versions itself.
        if (scope.Entry(step) is not null || scope.Past.IsSettled(scope.Phase, step))
            return;
        if (look.ChangedVersions(scope.Facts, scope.Command.Package) is { } changed)
            throw new PhaseHoldException(changed, choices: [Choices.Retry, Choices.Fail]);
        if (look.Version?.Installer is { } installer && scope.Facts.ContainsKey("versions.installer"))
            scope.Facts["versions.installer"] = installer;
    }
}
