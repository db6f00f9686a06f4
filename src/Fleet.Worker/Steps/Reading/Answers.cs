namespace Fleet.Worker.Steps.Reading;

/// <summary>What a person chose for a step.</summary>
internal static class Answers
{
    public static string? Choice(this IStepContext context) => context.Parameters.GetValueOrDefault("choice");

    public static string By(this IStepContext context) => context.Parameters.GetValueOrDefault("by") ?? "unknown";

    public static string Comment(this IStepContext context) => context.Parameters.GetValueOrDefault("comment") ?? "";

    public static IReadOnlyList<string> Chosen(this IStepContext context, string name) =>
        context.Parameters.GetValueOrDefault(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public static IReadOnlyList<string> FactList(this IStepContext context, string name) =>
        context.Facts.GetValueOrDefault(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
