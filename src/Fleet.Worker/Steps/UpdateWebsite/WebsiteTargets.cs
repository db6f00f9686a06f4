using Fleet.Contracts.Phases;

namespace Fleet.Worker.Steps.UpdateWebsite;

/// <summary>Which node groups get the website: those of special sub zone ids only (Q25).</summary>
/// <param name="Part">Names its execution.</param>
internal sealed record WebsiteTarget(string? ZoneId, string Group, string Part)
{
    public static IReadOnlyList<WebsiteTarget> Of(ZoneTraits traits, string? zoneIdsRead, string group)
    {
        var read = zoneIdsRead?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        var region = traits.ZoneIds.Count > 1 || read.Length > 1;
        return
        [
            .. traits.ZoneIds.Where(id => id.SpecialSubZone).Select(id =>
                region && (id.Id ?? read.FirstOrDefault()) is { } name
                    ? new WebsiteTarget(name, $"{name}-{group}", Clean(name))
                    : new WebsiteTarget(id.Id, group, "main")),
        ];
    }

    private static string Clean(string id) => new([.. id.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-')]);
}
