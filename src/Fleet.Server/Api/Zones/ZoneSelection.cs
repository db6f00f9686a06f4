using Fleet.Contracts.Decisions;
using Fleet.Orchestration;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Zones;
using Fleet.Server.Access;

namespace Fleet.Server.Api.Zones;

/// <summary>Turns a selector into zones that the caller sees; a name that is not there, or a selector that means none, is refused.</summary>
internal static class ZoneSelection
{
    /// <summary>As <see cref="SelectAsync"/>, for what takes a permission over each of them.</summary>
    public static async Task<Result<IReadOnlyList<ZoneView>>> SelectAsync(IZones zones, string selector, Sight sight, Permission permission, CancellationToken cancellationToken)
    {
        var selected = await SelectAsync(zones, selector, await sight.SeenAsync(cancellationToken), cancellationToken);
        if (!selected.Ok)
            return selected;
        var scope = await sight.OfAsync(permission, cancellationToken);
        var beyond = selected.Value.Where(z => !scope.Has(z.Zone.Name)).ToList();
        return beyond.Count == 0 ? selected : Result.Invalid<IReadOnlyList<ZoneView>>([.. beyond.Select(z => Finding.Of("access-zone-beyond-scope", ("zone", z.Zone.Name), ("identity", sight.Caller.Name)))]);
    }

    public static async Task<Result<IReadOnlyList<ZoneView>>> SelectAsync(IZones zones, string selector, ZoneScope seen, CancellationToken cancellationToken)
    {
        var parsed = ZoneSelector.Parse(selector);
        if (!parsed.Ok)
            return Result.Invalid<IReadOnlyList<ZoneView>>(parsed.Problems);
        IReadOnlyList<ZoneView> found = [.. (await zones.ListAsync(parsed.Value, cancellationToken)).Where(z => seen.Has(z.Zone.Name))];
        var missing = parsed.Value.Names.Except(found.Select(z => z.Zone.Name), StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
            return Result.Invalid<IReadOnlyList<ZoneView>>([.. missing.Select(name => Finding.Of("zone-not-found", ("zone", name)))]);
        return found.Count > 0 ? Result.Ok(found) : Result.Invalid<IReadOnlyList<ZoneView>>(Finding.Of("zones-none-selected", ("selector", selector)));
    }
}
