using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration;

internal static class ResultMapping
{
    /// <summary>The same problems, of another type.</summary>
    public static Result<TOther> As<T, TOther>(this Result<T> result) => new(result.Kind, default, result.Problems);

    public static Result<T> RefusedBy<T>(Finding refusal) => refusal.Code.EndsWith("-not-found", StringComparison.Ordinal) || refusal.Code is "decision-unknown" or "zone-not-in-rollout"
        ? Result.NotFound<T>(refusal)
        : refusal.Code.StartsWith("answer-", StringComparison.Ordinal) ? Result.Invalid<T>(refusal) : Result.Conflict<T>(refusal);
}
