namespace Fleet.Orchestration.Reconciling;

/// <summary>When something owed is sent again: doubling from the first interval to the last. It forgets what is no longer owed.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan last)
{
    private readonly Dictionary<string, (DateTimeOffset At, TimeSpan Wait)> _due = [];
    private bool _all;

    /// <summary>Of what is owed now, what is due. The first sight of a key is not, for it was sent when it came to be owed; but at the first look after <see cref="Begin"/>.</summary>
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
                if (_all)
                    due.Add(key);
            }
            else if (now >= known.At)
            {
                var wait = Next(known.Wait, last);
                _due[key] = (now + wait, wait);
                due.Add(key);
            }
        }

        _all = false;
        return due;
    }

    /// <summary>The lead was taken: whether what is owed was ever sent, nobody knows who lives.</summary>
    public void Begin() => _all = true;

    public void Clear()
    {
        _due.Clear();
        _all = false;
    }

    internal static TimeSpan Next(TimeSpan wait, TimeSpan last) => wait + wait < last ? wait + wait : last;
}
