using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Watching;

/// <summary>Follows a rollout's changes over dropped connections and a server's restart.</summary>
internal sealed class RolloutStream(FleetApi api, Guid rollout)
{
    private static readonly TimeSpan GiveUp = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <summary>A state after each change; ends when the rollout has.</summary>
    public async IAsyncEnumerable<WatchState> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = WatchState.Nothing;
        var silent = Stopwatch.StartNew();
        while (true)
        {
            await using var connection = ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                string? trouble = null;
                SseItem<string>? item = null;
                try
                {
                    item = await connection.MoveNextAsync() ? connection.Current : null;
                    trouble = item is null ? Say.Of("The server ended the connection.") : null;
                }
                catch (CliFailure failure) when (failure is { Status: null or >= 500 } && silent.Elapsed < GiveUp)
                {
                    trouble = failure.Message;
                }
                catch (Exception e) when (e is IOException or HttpRequestException && silent.Elapsed < GiveUp)
                {
                    trouble = Say.Of("The connection to the server broke.");
                }

                if (item is not { } got)
                {
                    state = state with { Trouble = Say.Of($"{trouble} Trying again; the rollout goes on without this.") };
                    yield return state;
                    await Task.Delay(Again, cancellationToken);
                    break;
                }

                silent.Restart();
                if (got.EventType == "end")
                    yield break;
                if (await ApplyAsync(state, got, cancellationToken) is not { } next)
                    continue;
                state = next;
                yield return state;
            }
        }
    }

    private async Task<WatchState?> ApplyAsync(WatchState state, SseItem<string> item, CancellationToken cancellationToken)
    {
        switch (item.EventType)
        {
            case "zone":
                return state.With(JsonSerializer.Deserialize<RolloutZoneDocument>(item.Data, ApiJson.Options)!);
            case "rollout":
                var head = JsonSerializer.Deserialize<RolloutDocument>(item.Data, ApiJson.Options)!;
                var changed = head.OpenDecisions != (state.Rollout?.OpenDecisions ?? 0) || state.Decisions.Count != head.OpenDecisions;
                return state.With(head) with { Decisions = head.OpenDecisions == 0 ? [] : changed ? await OpenAsync(cancellationToken) : state.Decisions };
            default:
                return null;
        }
    }

    public async Task<IReadOnlyList<DecisionDocument>> OpenAsync(CancellationToken cancellationToken) =>
        (await api.GetAsync<IReadOnlyList<DecisionDocument>>($"decisions?rollout={rollout}", cancellationToken)).Value;

    private async IAsyncEnumerable<SseItem<string>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await api.OpenAsync($"rollouts/{rollout}/events", cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            yield return item;
    }
}
