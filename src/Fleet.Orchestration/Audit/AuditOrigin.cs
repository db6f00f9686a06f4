namespace Fleet.Orchestration.Audit;

/// <summary>Who asks, and where from, for as long as the request is worked on. What others do meanwhile (the coordinator, a policy) says nothing of it.</summary>
public static class AuditOrigin
{
    private static readonly AsyncLocal<Origin?> Current = new();

    /// <param name="actor">Whom the entries of this request name.</param>
    /// <param name="source">Like <c>api 10.0.0.7</c>.</param>
    public static void Set(string actor, string source) => Current.Value = new Origin(actor, source);

    /// <returns>Null: from within.</returns>
    internal static string? Of(string actor) => Current.Value is { } origin && origin.Actor == actor ? origin.Source : null;

    private sealed record Origin(string Actor, string Source);
}
