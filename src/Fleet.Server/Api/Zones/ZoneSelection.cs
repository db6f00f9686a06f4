using Fleet.Contracts.Decisions;
using Fleet.Orchestration;
using Fleet.Orchestration.Zones;

namespace Fleet.Server.Api.Zones;

/// <summary>Turns a selector into zones; a name that is not there, or a selector that means none, is refused.</summary>
internal static class ZoneSelection
{
    public static async Task<Result<IReadOnlyList<ZoneView>>> SelectAsync(IZones zones, string selector, CancellationToken cancellationToken)
    {
        var parsed = ZoneSelector.Parse(selector);
        if (!parsed.Ok)
            return Result.Invalid<IReadOnlyList<ZoneView>>(parsed.Problems);
        var found = await zones.ListAsync(parsed.Value, cancellationToken);
        var missing = parsed.Value.Names.Except(found.Select(z => z.Zone.Name), StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
            return Result.Invalid<IReadOnlyList<ZoneView>>([.. missing.Select(name => Finding.Of("zone-not-found", ("zone", name)))]);
        return found.Count > 0 ? Result.Ok(found) : Result.Invalid<IReadOnlyList<ZoneView>>(Finding.Of("zones-none-selected", ("selector", selector)));
    }
}
