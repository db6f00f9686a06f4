namespace Fleet.Orchestration.Reconciling;

/// <summary>When something owed is sent again: doubling from the first interval to the last. It forgets what is no longer owed.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan last)
{
    private readonly Dictionary<string, (DateTimeOffset At, TimeSpan Wait)> _due = [];

    /// <summary>Of what is owed now, what is due. The first sight of a key is not: it was sent when it came to be owed.</summary>
    public IReadOnlyList<string> Due(IEnumerable<string> owed, DateTimeOffset now)
    {
        var keys = owed.ToHashSet();
        foreach (var gone in _due.Keys.Where(k => !keys.Contains(k)).ToList())
            _due.Remove(gone);
        var due = new List<string>();
        foreach (var key in keys)
        {
            if (!_due.TryGetValue(key, out var known))
            {
                _due[key] = (now + first, first);
            }
            else if (now >= known.At)
            {
                var wait = Next(known.Wait, last);
                _due[key] = (now + wait, wait);
                due.Add(key);
            }
        }

        return due;
    }

    public void Clear() => _due.Clear();

    internal static TimeSpan Next(TimeSpan wait, TimeSpan last) => wait + wait < last ? wait + wait : last;
}
