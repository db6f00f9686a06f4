using System.Collections.Concurrent;

namespace Fleet.Server.Chat.Sending;

/// <summary>One bucket for each channel, or whatever else a limit counts by.</summary>
/// <param name="atOnce">As in <see cref="TokenBucket"/>.</param>
/// <param name="every">As in <see cref="TokenBucket"/>.</param>
internal sealed class TokenBuckets(TimeProvider clock, int atOnce, TimeSpan every)
{
    /// <summary>More channels than anybody speaks in; above, those are forgotten that are full.</summary>
    private const int Most = 1000;

    private readonly ConcurrentDictionary<string, TokenBucket> buckets = new(StringComparer.Ordinal);

    /// <summary>Waits for its turn.</summary>
    /// <exception cref="ChatException">It would take longer than <paramref name="most"/>; tells how long.</exception>
    public async Task WaitAsync(string key, TimeSpan most, CancellationToken cancellationToken)
    {
        if (!Of(key).TryTake(most, out var wait))
            throw new ChatException(ChatFailure.Limited, $"too much is waiting for {key} already", wait);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancellationToken);
    }

    public void Pause(string key, TimeSpan time) => Of(key).Pause(time);

    private TokenBucket Of(string key)
    {
        if (buckets.Count >= Most)
        {
            foreach (var (other, bucket) in buckets)
            {
                if (bucket.IsFull)
                    buckets.TryRemove(other, out _);
            }
        }

        return buckets.GetOrAdd(key, _ => new TokenBucket(clock, atOnce, every));
    }
}
