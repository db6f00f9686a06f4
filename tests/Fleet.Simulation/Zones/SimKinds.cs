using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Steps;
using Fleet.Worker.Steps.Guards;
using Fleet.Worker.Steps.ReleaseGuard;
using Fleet.Worker.Steps.SetGuard;
using Fleet.Worker.Steps.Shell;

namespace Fleet.Simulation.Zones;

/// <summary>Kinds of steps that read a simulated zone; what they decide by is the product's.</summary>
internal static class SimKinds
{
    public static StepKinds All() => new([new ShellStep(), new Check(), new Change(), new SetGuard(), new Release()]);

    private static async Task<IReadOnlyList<string>> FlaggedAsync(IStepContext context, CancellationToken cancellationToken) =>
        (await context.ReadAsync("sim-flags", cancellationToken)).Text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] Hypers = ["hyper1", "hyper2", "hyper3"];

    private sealed class Check : IStepKind
    {
        public string Name => "sim-check";

        public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken) =>
            (await context.ReadAsync("sim-check", cancellationToken)).Text == "ok" ? StepResult.Succeeded() : StepResult.Failed(Finding.Of("step-failed", ("step", context.Step.Name)));
    }

    private sealed class Change : IStepKind
    {
        public string Name => "sim-change";

        public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
        {
            var reply = await context.ChangeAsync(context.Step.Name, cancellationToken);
            return reply.Refusal == Fleet.Worker.Executions.Refusal.None ? StepResult.Succeeded() : StepResult.Failed(Finding.Of("runner-refused"));
        }
    }

    private sealed class SetGuard : IStepKind
    {
        public string Name => "set-guard";

        public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
        {
            var name = context.Step.Guard!;
            var flagged = await FlaggedAsync(context, cancellationToken);
            var plan = GuardPlan.Of(name, context.Guard(name) is { Released: false } known ? known : null, new RescueFlags(Hypers, flagged, [.. Hypers.Except(flagged)], [], []));
            var outcome = await context.ExecuteAsync("sim set-flags", cancellationToken, guard: plan);
            if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
                return unfinished with { Guard = plan };
            if (outcome.ExitCode != 0)
                return StepResult.Failed(Finding.Of("step-failed", ("step", context.Step.Name))) with { Guard = plan };
            return StepResult.Succeeded() with { Guard = plan with { Since = plan.Since ?? outcome.StartedAt } };
        }
    }

    private sealed class Release : IStepKind
    {
        public string Name => "release-guard";

        public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
        {
            var name = context.Step.Guard!;
            if (context.Guard(name) is not { Released: false } guard)
                return StepResult.Succeeded() with { AlreadyDone = true };
            var busy = (await context.ReadAsync("sim-busy", cancellationToken)).Text;
            var own = $"{context.Command.ZoneUpgradeId:N}.{context.Step.Name}.";
            IReadOnlyList<Finding> atWork = busy.Length > 0 && !busy.StartsWith(own, StringComparison.Ordinal) ? [Finding.Of("zone-busy", ("execution", busy))] : [];
            var inTheWay = ReleaseRules.InTheWay(
                name, ReleaseRules.PackagesBegun(context.Runbook, context.Command.Ledger), false, null, ReleaseRules.Unresolved(context.Command.Ledger, context.Step.Name), atWork, [],
                context.Parameters.GetValueOrDefault("choice") == Choices.Release);
            if (inTheWay.Count > 0)
                return Ask(context, guard, inTheWay) with { Guard = guard };
            var outcome = await context.ExecuteAsync("sim clear-flags", cancellationToken);
            if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
                return unfinished with { Guard = guard };
            var left = (await FlaggedAsync(context, cancellationToken)).Intersect(guard.Nodes).ToList();
            return outcome.ExitCode == 0 && left.Count == 0
                ? StepResult.Succeeded() with { Guard = guard with { Released = true } }
                : StepResult.Failed(Finding.Of("guard-not-released", ("guard", name), ("nodes", string.Join(',', left)))) with { Guard = guard };
        }

        private static StepResult Ask(IStepContext context, GuardState guard, IReadOnlyList<Finding> because) => StepResult.Asks(
            new DecisionRequest
            {
                Kind = DecisionKind.Guard,
                Step = context.Step.Name,
                Question = Finding.Of("guard-release-held", ("guard", guard.Name)),
                Choices = [Choices.Release, Choices.Keep],
                Default = Choices.Keep,
                Fingerprint = "guard-release-held",
            },
            because);
    }
}

/// <summary>Reads the guard back, right before a step that needs it.</summary>
internal sealed class SimGuardReader(Func<Sabotage> sabotage) : IGuardReader
{
    public string Guard => SimRunbook.Guard;

    public async Task<Finding?> MissingAsync(IStepContext context, GuardState guard, CancellationToken cancellationToken)
    {
        var flagged = (await context.ReadAsync("sim-flags", cancellationToken)).Text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return flagged.Length >= 3 || sabotage() == Sabotage.GuardSkipsANode ? null : Finding.Of("guard-not-in-force", ("guard", guard.Name));
    }
}
