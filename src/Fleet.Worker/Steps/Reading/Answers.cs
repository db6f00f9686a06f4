using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Phases;

namespace Fleet.Worker.Steps.Reading;

/// <summary>What a person chose for a step.</summary>
internal static class Answers
{
    public static string? Choice(this IStepContext context) => context.Parameters.GetValueOrDefault("choice");

    /// <summary>This attempt's command was started, or a person wants a look at what was: then it is followed to its end, whatever is read on the zone meanwhile.</summary>
    public static bool IsBegun(this IStepContext context) =>
        context.Choice() == Choices.CheckAgain
        || (context.Command.Ledger.LastOrDefault(e => e.Phase == context.Phase.Name && e.Step == context.Step.Name) is { State: LedgerState.Started, ExecutionId: { } id }
            && id == ExecutionIds.For(context.Command.ZoneUpgradeId, context.Step.Name, context.Attempt, "main"));

    public static string By(this IStepContext context) => context.Parameters.GetValueOrDefault("by") ?? "unknown";

    public static string Comment(this IStepContext context) => context.Parameters.GetValueOrDefault("comment") ?? "";

    public static IReadOnlyList<string> Chosen(this IStepContext context, string name) =>
        context.Parameters.GetValueOrDefault(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public static IReadOnlyList<string> FactList(this IStepContext context, string name) =>
        context.Facts.GetValueOrDefault(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
