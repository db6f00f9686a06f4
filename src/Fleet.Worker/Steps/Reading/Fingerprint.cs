using System.Text.RegularExpressions;

namespace Fleet.Worker.Steps.Reading;

/// <summary>What makes two questions alike: the same step, the same code, the same troubles; never the zone, its nodes, counts and times.</summary>
internal static partial class Fingerprint
{
    public static string Of(IStepContext context, string code, params IEnumerable<string> traits)
    {
        var names = context.Command.Traits.ZoneIds.Select(z => z.Id).OfType<string>().Append(context.Command.Zone)
            .Concat(context.Facts.Where(f => f.Key is "zone.ids" or "nodes.all" or "nodes.hyper").SelectMany(f => f.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)))
            .OrderByDescending(n => n.Length);
        var text = string.Join('|', traits.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        foreach (var name in names.Distinct(StringComparer.OrdinalIgnoreCase))
            text = text.Replace(name, "*", StringComparison.OrdinalIgnoreCase);
        return $"{context.Step.Name}:{code}:{Numbers().Replace(text, "0")}";
    }

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
