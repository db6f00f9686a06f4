using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Fleet.Orchestration;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Access;
using Fleet.Server.Api;
using Fleet.Server.Api.Rollouts;
using Microsoft.Extensions.Hosting;

namespace Fleet.Server.Live;

/// <summary>
/// Tells what changes in a rollout. The first events are the whole of it, so whoever comes (again) needs no memory; then only what changed since.
/// It looks at the rows, which are the truth also where several coordinators write them.
/// </summary>
internal sealed class RolloutChanges(IRollouts rollouts, Sight sight, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);
    /// <summary>Whether whoever listens still may.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    public async Task<Result<RolloutDocument>> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await rollouts.FindAsync(id, cancellationToken);
        return found.Ok ? Result.Ok(RolloutDocument.Of(Seen.Part(found.Value, await sight.SeenAsync(cancellationToken)))) : new Result<RolloutDocument>(found.Kind, null, found.Problems);
    }

    public async IAsyncEnumerable<SseItem<string>> FollowAsync(RolloutDocument first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A server that ends lets its watchers go at once; they come back to the next one.
        using var open = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        var current = first;
        var lastTold = time.GetTimestamp();
        var lookedAgain = lastTold;
        while (true)
        {
            foreach (var item in Differences(current, told))
            {
                lastTold = time.GetTimestamp();
                yield return item;
            }

            if (current.State is RolloutState.Succeeded or RolloutState.Failed or RolloutState.Aborted)
            {
                yield return new SseItem<string>("{}", "end");
                yield break;
            }

            if (time.GetElapsedTime(lastTold) > Silence)
            {
                lastTold = time.GetTimestamp();
                yield return new SseItem<string>("{}", "alive");
            }

            await Task.Delay(Interval, time, open.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (open.IsCancellationRequested)
                yield break;
            if (time.GetElapsedTime(lookedAgain) > LookAgain)
            {
                lookedAgain = time.GetTimestamp();
                if (!await sight.LookAgainAsync(cancellationToken))
                    yield break;
            }

            var next = await FindAsync(first.Id.ToString(), cancellationToken);
            if (!next.Ok)
                yield break;
            current = next.Value;
        }
    }

    /// <summary>What was not told yet: each zone by itself, then the rollout without its zones.</summary>
    internal static IEnumerable<SseItem<string>> Differences(RolloutDocument rollout, Dictionary<string, string> told)
    {
        foreach (var zone in rollout.Zones)
        {
            var text = JsonSerializer.Serialize(zone, ApiJson.Options);
            if (Changed(told, $"zone {zone.Name}", text))
                yield return new SseItem<string>(text, "zone");
        }

        var head = JsonSerializer.Serialize(rollout with { Zones = [] }, ApiJson.Options);
        if (Changed(told, "rollout", head))
            yield return new SseItem<string>(head, "rollout");
    }

    private static bool Changed(Dictionary<string, string> told, string what, string text)
    {
        if (told.TryGetValue(what, out var before) && before == text)
            return false;
        told[what] = text;
        return true;
    }
}
