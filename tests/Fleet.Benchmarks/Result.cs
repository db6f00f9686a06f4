namespace Fleet.Benchmarks;

/// <summary>One line of a bench's table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">As people read it.</param>
/// <param name="Bound">What it has to be.</param>
/// <param name="Peer">The same machine's other time in the same run, and the ratio to it.</param>
/// <param name="Met">Whether it is what it has to be.</param>
internal sealed record Result(string What, string Value, string Bound, string Peer, bool Met)
{
    public static Result Of(string what, IReadOnlyCollection<TimeSpan> samples, double percentile, TimeSpan bound, string peer, TimeSpan peerTime)
    {
        var value = Percentile(samples, percentile);
        return new Result(
            $"{what} (p{percentile * 100:0} of {samples.Count})",
            $"{value.TotalSeconds:0.00} s (median {Percentile(samples, 0.5).TotalSeconds:0.00} s, most {samples.Max().TotalSeconds:0.00} s)",
            $"< {bound.TotalSeconds:0} s",
            $"{peer}: {peerTime.TotalSeconds:0.00} s, × {value / peerTime:0.0}",
            value < bound);
    }

    /// <summary>The smallest sample that so many are not above.</summary>
    public static TimeSpan Percentile(IReadOnlyCollection<TimeSpan> samples, double share) => samples.Order().ElementAt(Math.Clamp((int)Math.Ceiling(share * samples.Count) - 1, 0, samples.Count - 1));
}
