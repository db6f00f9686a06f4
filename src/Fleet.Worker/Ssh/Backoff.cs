namespace Fleet.Worker.Ssh;

/// <summary>How long to wait before another try: doubling, capped, and spread out so that a hundred zones behind one bastion do not come back at once.</summary>
internal static class Backoff
{
    /// <param name="tried">Tries that failed so far, 1 and up.</param>
    /// <param name="random">0 … 1.</param>
    /// <returns>Between half and the whole of the doubled delay.</returns>
    public static TimeSpan Delay(int tried, TimeSpan first, TimeSpan limit, double random)
    {
        var doubled = first * Math.Pow(2, Math.Clamp(tried - 1, 0, 30));
        var whole = doubled < limit ? doubled : limit;
        return whole * (0.5 + (random / 2));
    }
}
