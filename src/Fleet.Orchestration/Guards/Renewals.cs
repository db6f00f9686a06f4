using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Guards;

/// <summary>When each dead-man's rule is to hear of Fleet next. It forgets what is no longer renewed.</summary>
internal sealed class Renewals
{
    private readonly Dictionary<string, DateTimeOffset> _asked = new(StringComparer.Ordinal);

    /// <returns>Keys of those that are asked for now: renewed long ago, or asked for and nobody told of it.</returns>
    public IReadOnlyList<string> Due(IEnumerable<(string Key, GuardWatch Watch)> watches, DateTimeOffset now)
    {
        var all = watches.ToList();
        foreach (var gone in _asked.Keys.Except(all.Select(w => w.Key), StringComparer.Ordinal).ToList())
            _asked.Remove(gone);
        var due = new List<string>();
        foreach (var (key, watch) in all)
        {
            var unanswered = _asked.TryGetValue(key, out var asked) && asked != watch.RenewedAt && asked <= now;
            var next = unanswered ? asked + WatchRules.Again(watch.Limit) : watch.RenewedAt + WatchRules.Every(watch.Limit);
            // A time that is yet to come was told by a clock that is ahead.
            if (now < next && (unanswered || watch.RenewedAt <= now))
                continue;
            _asked[key] = now;
            due.Add(key);
        }

        return due;
    }

    public void Clear() => _asked.Clear();
}
