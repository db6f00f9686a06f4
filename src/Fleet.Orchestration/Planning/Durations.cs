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
            List<PastUpgrade> alike = [.. _past.Where(p => IsAlike(p.Likeness, zone, basis)).OrderBy(p => p.Took)];
            if (alike.Count > 0 && (best is null || best.Past.Count < Enough && alike.Count >= Enough))
                best = new DurationSamples(alike, basis);
            if (best?.Past.Count >= Enough)
                return best;
        }

        return best;
    }

    public static Estimate Of(DurationSamples samples)
    {
        List<TimeSpan> took = [.. samples.Past.Select(p => p.Took)];
        return new(Percentile(took, 50), Percentile(took, 90), took.Count, samples.Basis);
    }

    /// <summary>Nine of ten took no longer for it, by phase; none of a phase that none of them went through.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> ByPhase(DurationSamples samples) => samples.Past
        .SelectMany(p => p.Phases).GroupBy(p => p.Key)
        .ToDictionary(p => p.Key, p => Percentile([.. p.Select(t => t.Value).Order()], 90), StringComparer.Ordinal);

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

/// <param name="Past">Ascending by how long they took, at least one.</param>
internal sealed record DurationSamples(IReadOnlyList<PastUpgrade> Past, EstimateBasis Basis);

/// <param name="Took">From its start to its end, without the time in which it stood.</param>
internal sealed record PastUpgrade(ZoneLikeness Likeness, TimeSpan Took)
{
    /// <summary>Phase → how long its steps ran.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Phases { get; init; } = new Dictionary<string, TimeSpan>();

    public static PastUpgrade Of(ZoneUpgrades.ZoneUpgrade row, ZoneLikeness likeness) => new(likeness, row.EndedAt!.Value - row.StartedAt!.Value - row.Stood)
    {
        Phases = row.Steps.Where(s => s.EndedAt is not null && row.PhasesDone.Contains(s.Phase)).GroupBy(s => s.Phase)
            .ToDictionary(p => p.Key, p => p.Aggregate(TimeSpan.Zero, (sum, s) => sum + (s.EndedAt!.Value - s.StartedAt)), StringComparer.Ordinal),
    };
}

/// <summary>What makes upgrades of zones alike.</summary>
/// <param name="Kind">Of the inventory: <c>global</c>, <c>sub</c>, <c>special-sub</c>, or several of them.</param>
/// <param name="Size">Nodes, to the power of two: 5 to 8 nodes are 3; null: not known.</param>
internal sealed record ZoneLikeness(string Kind, int? Size, string? From, string To)
{
    public static ZoneLikeness Of(ZoneTraits traits, IReadOnlyDictionary<string, string> facts, string? from, PackageRef package) => new(
        KindOf(traits),
        facts.GetValueOrDefault("nodes.all") is { Length: > 0 } nodes ? int.Log2(Math.Max(1, (2 * nodes.Split(',').Length) - 1)) : null,
        from,
        $"{package.Installer}-{package.Qingcloud}");

    public static string KindOf(ZoneTraits traits) => string.Join('+', traits.ZoneIds.Select(z => z.SpecialSubZone ? "special-sub" : z.Kind == ZoneKind.Global ? "global" : "sub").Distinct().Order(StringComparer.Ordinal));
}
