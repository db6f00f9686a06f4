namespace Fleet.Server.Chat;

/// <summary>What came in the last minutes, so that what comes twice at once is done once. In memory: after a restart what comes again is held against what it asks for, which counts once by itself.</summary>
/// <param name="keep">As long as a signature counts, at least.</param>
/// <param name="most">Above, the oldest is forgotten first.</param>
internal sealed class RecentIds(TimeProvider clock, TimeSpan keep, int most = 10_000)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTimeOffset At)> order = new();

    /// <returns>False: it was here before.</returns>
    public bool IsNew(string id)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            while (order.TryPeek(out var oldest) && (order.Count >= most || now - oldest.At > keep))
                known.Remove(order.Dequeue().Id);
            if (!known.Add(id))
                return false;
            order.Enqueue((id, now));
            return true;
        }
    }

    /// <summary>It was not done after all.</summary>
    public void Forget(string id)
    {
        lock (gate)
            known.Remove(id);
    }
}
