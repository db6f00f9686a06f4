namespace Fleet.Server.Chat.Commands;

/// <summary>What was taken lately: a chat that hears no answer in time sends the same again. In memory: after a restart what counts once is held against its own state.</summary>
internal sealed class RecentEvents(TimeProvider time)
{
    /// <summary>Longer than any chat tries again.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private const int Most = 20_000;

    private readonly Lock _lock = new();
    private readonly HashSet<(string, string)> _known = [];
    private readonly Queue<((string, string) Event, DateTimeOffset At)> _order = [];

    /// <returns>False: it was taken before.</returns>
    public bool IsNew(string chat, string id)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            while (_order.TryPeek(out var oldest) && (now - oldest.At > Kept || _order.Count >= Most))
                _known.Remove(_order.Dequeue().Event);
            if (!_known.Add((chat, id)))
                return false;
            _order.Enqueue(((chat, id), now));
            return true;
        }
    }
}
