using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Rollouts;

namespace Fleet.Server.Access;

/// <summary>Which audit entries a caller sees.</summary>
internal static class SeenEntries
{
    /// <returns>Null: all of them, those about no zone and no rollout too.</returns>
    public static async Task<AuditScope?> OfAsync(Sight sight, IRollouts rollouts, CancellationToken cancellationToken)
    {
        var seen = await sight.SeenAsync(cancellationToken);
        if (seen.All)
            return null;
        var zones = await rollouts.ZonesAsync(null, cancellationToken);
        return new AuditScope(seen.Names, [.. zones.Where(r => seen.HasAny(r.Value)).Select(r => r.Key)]);
    }
}
