using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Loading;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.Guards;

/// <summary>
/// The dead-man's rule of a guard, where the zone allows it: if Fleet vanishes, a loop on the firstbox releases what the guard set, under the conditions of a release.
/// It is in the record before it is armed, so that whoever releases the guard disarms it whatever became of the one who armed it.
/// </summary>
internal static class DeadMan
{
    public static string IdOf(Guid zoneUpgrade, string guard) => $"{zoneUpgrade:N}.{guard}";

    /// <summary>The guard with what is to be armed for it; the same where the zone does not allow it, or nothing is there to be released. What was armed for it once stays allowed.</summary>
    public static GuardState Planned(IStepContext context, GuardState guard) =>
        (context.Command.Traits.DeadMan ?? guard.Watch?.Limit) is { } limit && guard.Nodes.Count > 0
            ? guard with { Watch = new GuardWatch { Id = IdOf(context.Command.ZoneUpgradeId, guard.Name), Limit = limit, State = guard.Watch?.State ?? GuardWatchState.Planned, RenewedAt = guard.Watch?.RenewedAt ?? context.Now } }
            : guard;

    /// <summary>Arms what the guard's record names.</summary>
    /// <returns>A problem: it is not armed.</returns>
    public static async Task<(GuardState Guard, Finding? Problem)> ArmAsync(IStepContext context, GuardState guard, string flag, CancellationToken cancellationToken)
    {
        if (guard.Watch is not { } watch || guard.Nodes.Count == 0)
            return (guard, null);
        if (guard.Nodes.FirstOrDefault(n => !RunnerCommand.IsWord(n)) is { } odd)
            return (guard, Finding.Of("watch-not-armed", ("guard", guard.Name), ("why", $"the node's name is no plain word: {odd}")));
        var reply = await context.Watches.ArmAsync(watch.Id, watch.Limit, WatchPlan.Script(context, watch.Id, guard.Nodes, flag), cancellationToken);
        return reply.Status is { } status
            ? (guard with { Watch = Known(watch, status, context.Now) }, null)
            : (guard, Because("watch-not-armed", guard, reply));
    }

    /// <summary>Whoever releases is the one who releases.</summary>
    /// <returns>What it did meanwhile; a problem: it is not disarmed.</returns>
    public static async Task<(GuardState Guard, IReadOnlyList<Finding> Told, Finding? Problem)> DisarmAsync(IStepContext context, GuardState guard, CancellationToken cancellationToken)
    {
        if (guard.Watch is not { } watch)
            return (guard, [], null);
        var reply = await context.Watches.DisarmAsync(watch.Id, cancellationToken);
        if (reply.Status is not { } status)
            return (guard, [], Because("watch-not-disarmed", guard, reply));
        guard = guard with { Watch = Known(watch, status, context.Now) };
        return (guard, status.HasActed ? [Told(status.Outcome == GuardWatchOutcome.Released ? "watch-released" : "watch-released-partly", guard, guard.Nodes, status)] : [], null);
    }

    /// <summary>What the rule did to a guard that was found out of force; null: nothing.</summary>
    public static async Task<Finding?> ActedAsync(IStepContext context, GuardState guard, IReadOnlyList<string> nodes, CancellationToken cancellationToken) =>
        guard.Watch is { } watch && (await context.Watches.LookAsync(watch.Id, cancellationToken)).Status is { HasActed: true } status
            ? Told("guard-undone", guard, nodes, status)
            : null;

    private static Finding Told(string code, GuardState guard, IReadOnlyList<string> nodes, WatchStatus status) => Finding.Of(
        code, ("guard", guard.Name), ("nodes", string.Join(", ", nodes)), ("at", status.OutcomeAt is { } at ? $"{at:u}" : "?"), ("limit", DurationText.Format(guard.Watch!.Limit)), ("why", status.Why ?? "-"));

    private static GuardWatch Known(GuardWatch watch, WatchStatus status, DateTimeOffset now) =>
        watch with { State = status.State, RenewedAt = now, Outcome = status.Outcome, OutcomeAt = status.OutcomeAt, Why = status.Why };

    private static Finding Because(string code, GuardState guard, WatchReply reply)
    {
        var refused = new Finding(Refusals.Code(reply.Refusal), Refusals.Told(reply.Refusal, reply.Detail).Args, []);
        return Finding.Of(code, ("guard", guard.Name), ("why", Runbooks.Texts.Text.Render(refused.Code, refused.Args))).Saying("why", refused);
    }
}
