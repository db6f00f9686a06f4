namespace Fleet.Orchestration.Reports;

/// <summary>A piece of time; empty where it does not end after its beginning.</summary>
public readonly record struct Stretch(DateTimeOffset From, DateTimeOffset To);

/// <summary>Sets of times, as stretches in order that neither overlap nor touch. Pure.</summary>
public static class Stretches
{
    /// <summary>What lies in any of them.</summary>
    public static IReadOnlyList<Stretch> Union(IEnumerable<Stretch> stretches)
    {
        var union = new List<Stretch>();
        foreach (var next in stretches.Where(s => s.To > s.From).OrderBy(s => s.From))
        {
            if (union.Count > 0 && next.From <= union[^1].To)
                union[^1] = union[^1] with { To = Later(union[^1].To, next.To) };
            else
                union.Add(next);
        }

        return union;
    }

    /// <summary>What lies in the first and in none of the others.</summary>
    public static IReadOnlyList<Stretch> Without(IReadOnlyList<Stretch> stretches, IReadOnlyList<Stretch> others)
    {
        var left = Union(stretches);
        foreach (var other in Union(others))
        {
            left = [.. left.SelectMany(s => other.To <= s.From || s.To <= other.From
                ? [s]
                : new[] { new Stretch(s.From, other.From), new Stretch(other.To, s.To) }.Where(p => p.To > p.From))];
        }

        return left;
    }

    /// <summary>What lies between two moments.</summary>
    public static IReadOnlyList<Stretch> Within(IEnumerable<Stretch> stretches, DateTimeOffset from, DateTimeOffset to) =>
        Union(stretches.Select(s => new Stretch(Later(s.From, from), s.To < to ? s.To : to)));

    public static TimeSpan Length(IReadOnlyList<Stretch> stretches) => stretches.Aggregate(TimeSpan.Zero, (sum, s) => sum + (s.To - s.From));

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
