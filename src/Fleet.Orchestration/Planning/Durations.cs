using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Planning;

/// <summary>How long upgrades of zones like this one took. Pure.</summary>
internal sealed class Durations
{
    /// <summary>So many alike ones are enough not to ask those that are less alike.</summary>
    private const int Enough = 5;
    private readonly IReadOnlyList<PastUpgrade> _past;

    public Durations(IReadOnlyList<PastUpgrade> past) => _past = past;

    /// <summary>Null: there is none.</summary>
    public DurationSamples? For(ZoneLikeness zone)
    {
        DurationSamples? best = null;
        foreach (var basis in Enum.GetValues<EstimateBasis>())
        {
            List<TimeSpan> took = [.. _past.Where(p => IsAlike(p.Likeness, zone, basis)).Select(p => p.Took).Order()];
            if (took.Count > 0 && (best is null || best.Took.Count < Enough && took.Count >= Enough))
                best = new DurationSamples(took, basis);
            if (best?.Took.Count >= Enough)
                return best;
        }

        return best;
    }

    public static Estimate Of(DurationSamples samples) => new(Percentile(samples.Took, 50), Percentile(samples.Took, 90), samples.Took.Count, samples.Basis);

    /// <summary>The smallest that so many of a hundred do not exceed.</summary>
    internal static TimeSpan Percentile(IReadOnlyList<TimeSpan> ordered, int percent) => ordered[Math.Max(0, (((ordered.Count * percent) + 99) / 100) - 1)];

    private static bool IsAlike(ZoneLikeness a, ZoneLikeness b, EstimateBasis basis) => basis switch
    {
        EstimateBasis.Alike => a.Kind == b.Kind && a.Size == b.Size && a.From == b.From && a.To == b.To,
        EstimateBasis.SameVersions => a.Kind == b.Kind && a.From == b.From && a.To == b.To,
        EstimateBasis.SameKind => a.Kind == b.Kind,
        _ => true,
    };
}

/// <param name="Took">Ascending, at least one.</param>
internal sealed record DurationSamples(IReadOnlyList<TimeSpan> Took, EstimateBasis Basis);

internal sealed record PastUpgrade(ZoneLikeness Likeness, TimeSpan Took);

/// <summary>What makes upgrades of zones alike.</summary>
/// <param name="Kind">Of the inventory: <c>global</c>, <c>sub</c>, <c>special-sub</c>, or several of them.</param>
/// <param name="Size">Nodes, to the power of two: 5 to 8 nodes are 3; null: not known.</param>
internal sealed record ZoneLikeness(string Kind, int? Size, string? From, string To)
{
    public static ZoneLikeness Of(ZoneTraits traits, IReadOnlyDictionary<string, string> facts, string? from, PackageRef package) => new(
        string.Join('+', traits.ZoneIds.Select(z => z.SpecialSubZone ? "special-sub" : z.Kind == ZoneKind.Global ? "global" : "sub").Distinct().Order(StringComparer.Ordinal)),
        facts.GetValueOrDefault("nodes.all") is { Length: > 0 } nodes ? int.Log2(Math.Max(1, (2 * nodes.Split(',').Length) - 1)) : null,
        from,
        $"{package.Installer}-{package.Qingcloud}");
}
