namespace Fleet.Server.Chat.Sending;

/// <summary>How often something may be done, as a chat's limits say it. Who comes first goes first.</summary>
/// <param name="atOnce">So many may go without waiting where none went before. At least 1.</param>
/// <param name="every">After these, one in this time.</param>
internal sealed class TokenBucket(TimeProvider clock, int atOnce, TimeSpan every)
{
    private readonly Lock gate = new();
    private DateTimeOffset full = DateTimeOffset.MinValue;

    /// <summary>Nothing of it is used: forgetting it changes nothing.</summary>
    public bool IsFull
    {
        get
        {
            lock (gate)
                return full <= clock.GetUtcNow();
        }
    }

    /// <summary>Takes a place, to be used after the wait.</summary>
    /// <param name="most">Who would wait longer takes no place.</param>
    /// <param name="wait">Until the place that was taken, or that could have been.</param>
    public bool TryTake(TimeSpan most, out TimeSpan wait)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var from = full > now ? full : now;
            var early = from - now - (atOnce - 1) * every;
            wait = early > TimeSpan.Zero ? early : TimeSpan.Zero;
            if (wait > most)
                return false;
            full = from + every;
            return true;
        }
    }

    /// <summary>Nothing goes for this time: the chat said so, and knows better than we do.</summary>
    public void Pause(TimeSpan time)
    {
        lock (gate)
        {
            var until = clock.GetUtcNow() + time + (atOnce - 1) * every;
            full = until > full ? until : full;
        }
    }
}
