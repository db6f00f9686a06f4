using System.Security.Cryptography;
using System.Text;

namespace Fleet.Contracts.Traces;

/// <summary>
/// Ids of spans, made of what they are for: whoever needs one as a parent knows it before the span has ended, in any process and after any restart, and a span that is written twice is the same span.
/// A zone upgrade's trace id is its own id, a rollout's likewise.
/// </summary>
public static class SpanIds
{
    public static string Trace(Guid owner) => owner.ToString("N");

    /// <summary>Of the owner's first run, the span that all others of its trace are below.</summary>
    public static string Root(Guid owner) => Run(owner, 1);

    /// <param name="number">1: the upgrade itself; later ones were begun after its end.</param>
    public static string Run(Guid owner, int number) => Of(owner, "run", $"{number}");

    /// <param name="visit">How often the phase was entered, this time counted.</param>
    public static string Phase(Guid zoneUpgrade, string phase, int visit) => Of(zoneUpgrade, "phase", phase, $"{visit}");

    public static string Dispatch(Guid zoneUpgrade, long epoch) => Of(zoneUpgrade, "dispatch", $"{epoch}");

    public static string Step(Guid zoneUpgrade, string phase, string step, int attempt) => Of(zoneUpgrade, "step", phase, step, $"{attempt}");

    public static string Wave(Guid rollout, int wave) => Of(rollout, "wave", $"{wave}");

    /// <summary>W3C, sampled.</summary>
    public static string TraceParent(Guid owner) => $"00-{Trace(owner)}-{Root(owner)}-01";

    /// <summary>Whether a trace context is the owner's own one; earlier ones were those of the request that made it.</summary>
    public static bool IsOwn(Guid owner, string? traceParent) => traceParent?.StartsWith($"00-{Trace(owner)}-", StringComparison.Ordinal) ?? false;

    public static string Of(Guid owner, string kind, params ReadOnlySpan<string> names)
    {
        var text = new StringBuilder(owner.ToString("N")).Append('\n').Append(kind);
        foreach (var name in names)
            text.Append('\n').Append(name);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }
}
