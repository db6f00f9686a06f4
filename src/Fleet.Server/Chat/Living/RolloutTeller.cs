using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Chat.Buttons;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Commands;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Living;

/// <summary>
/// Looks at the rollouts that one channel is told of, and says there what has changed since it was said last. What could not be said is held against the newest state the
/// next time: after an outage that is told, and nothing of before.
/// </summary>
internal sealed partial class RolloutTeller(IChat chat, ChatChannel channel, ApiCalls calls, ButtonSeal seal, ILogger<RolloutTeller> logger, TimeProvider time)
{
    private static readonly TimeSpan ListEvery = TimeSpan.FromSeconds(5);

    private readonly Telling _telling = new(channel, ChatInbox.Prompt(chat.Name));
    private readonly LivingWords _words = new(channel, ChatInbox.Prompt(chat.Name), seal, time);
    private readonly Dictionary<Guid, LivingPosts> _living = [];
    private readonly Dictionary<Guid, RolloutTold> _told = [];
    private readonly HashSet<Guid> _ended = [];
    private bool _begun;
    private long _listed;
    private bool _silent;

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await ConcernedAsync(cancellationToken))
        {
            if (!await TellAsync(id, cancellationToken))
                return;
        }
    }

    /// <summary>Those that were told of and have not ended; now and then also what is new, for which all are listed.</summary>
    private async Task<IReadOnlyList<Guid>> ConcernedAsync(CancellationToken cancellationToken)
    {
        if (_begun && time.GetElapsedTime(_listed) < ListEvery)
            return [.. _told.Keys];
        var rollouts = (await CallAsync(ApiCall.Of("ListRollouts"), cancellationToken)).Read<List<RolloutDocument>>();
        // What had ended before Fleet started was told then, or is old.
        if (!_begun)
            _ended.UnionWith(rollouts.Where(Telling.Ended).Select(r => r.Id));
        (_begun, _listed) = (true, time.GetTimestamp());
        return [.. Enumerable.Reverse(rollouts).Select(r => r.Id).Where(id => !_ended.Contains(id))];
    }

    /// <returns>False: nothing can be said now.</returns>
    private async Task<bool> TellAsync(Guid id, CancellationToken cancellationToken)
    {
        var before = _told.GetValueOrDefault(id);
        if (await PictureAsync(id, before, cancellationToken) is not { } after)
            return true;
        var now = time.GetUtcNow();
        try
        {
            await SayAsync(id, before, after, now, cancellationToken);
        }
        catch (ChatException e)
        {
            if (!_silent)
                LogSilent(channel.Chat, channel.Name, e.Failure, e.Message);
            _silent = true;
            return false;
        }

        if (_silent)
            LogHeard(channel.Chat, channel.Name);
        _silent = false;
        _told[id] = _telling.Said(before, after, now);
        if (Telling.Ended(after.Rollout))
        {
            _told.Remove(id);
            _living.Remove(id);
            _ended.Add(id);
        }

        return true;
    }

    /// <summary>Where messages can be changed one is changed as the rollout goes on; elsewhere each change is said.</summary>
    private async Task SayAsync(Guid id, RolloutTold? before, RolloutTold after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (chat.Abilities.Edits)
        {
            if (!_living.TryGetValue(id, out var posts))
                _living[id] = posts = new LivingPosts(chat, channel, _words);
            await posts.ShowAsync(before, after, now, cancellationToken);
            return;
        }

        foreach (var message in _telling.Between(before, after, now))
            await chat.PostAsync(new ChatPlace(channel.Chat, channel.Name), message, cancellationToken);
    }

    /// <returns>Null: it is not to be seen from here.</returns>
    private async Task<RolloutTold?> PictureAsync(Guid id, RolloutTold? before, CancellationToken cancellationToken)
    {
        var shown = await CallAsync(ApiCall.Of("ShowRollout", ("id", $"{id}")), cancellationToken);
        if (!shown.Ok)
            return null;
        var rollout = shown.Read<RolloutDocument>();
        var wasOpen = before?.Open.Select(d => d.Id).ToHashSet() ?? [];
        if (rollout.OpenDecisions == 0 && wasOpen.Count == 0)
            return new RolloutTold(rollout, [], default);
        var query = new Dictionary<string, string?> { ["rollout"] = $"{id}", ["all"] = "true" };
        var all = await CallAsync(new ApiCall("ListDecisions") { Query = query }, cancellationToken);
        var concerned = all.Ok ? all.Read<List<DecisionDocument>>().Where(d => d.State == DecisionState.Open || wasOpen.Contains(d.Id)).ToList() : [];
        // What is remembered of a question is told with it alone.
        var keys = before?.Open.Select(RolloutTold.Key).ToHashSet() ?? [];
        for (var i = 0; i < concerned.Count; i++)
        {
            if (concerned[i].State == DecisionState.Open && keys.Add(RolloutTold.Key(concerned[i])) && await CallAsync(ApiCall.Of("ShowDecision", ("id", $"{concerned[i].Id}")), cancellationToken) is { Ok: true } one)
                concerned[i] = one.Read<DecisionDocument>();
        }

        return new RolloutTold(rollout, concerned, default);
    }

    private Task<ApiAnswer> CallAsync(ApiCall call, CancellationToken cancellationToken) => calls.CallAsync(call, channel.Reader(), channel.Language, cancellationToken);

    [LoggerMessage(1341, LogLevel.Warning, "Nothing can be said in {Chat} {Channel} ({Failure}): {Why}. Once it can, the newest state is said there")]
    private partial void LogSilent(string chat, string channel, ChatFailure failure, string why);

    [LoggerMessage(1342, LogLevel.Information, "{Chat} {Channel} is heard again")]
    private partial void LogHeard(string chat, string channel);
}
