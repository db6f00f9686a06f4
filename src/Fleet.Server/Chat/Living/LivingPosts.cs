using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;

namespace Fleet.Server.Chat.Living;

/// <summary>
/// What one rollout has in one channel of a chat whose messages can be changed: one message that tells how it stands, below it a post for each question and for what people must know.
/// A message is changed when what it shows has changed, and only then; one that could not be changed is held against the newest state the next time. Kept in memory: after a
/// start of Fleet an open rollout gets its message anew.
/// </summary>
internal sealed class LivingPosts(IChat chat, ChatChannel channel, LivingWords words)
{
    /// <summary>More zones that end at once are in the message only: who is called a hundred times reads nothing.</summary>
    private const int MostZones = 6;

    private readonly Dictionary<string, Asked> _asked = [];
    private readonly HashSet<string> _noted = [];
    private Shown? _main;

    /// <exception cref="ChatException">Something could not be shown; what was stays known, and what was not is shown the next time.</exception>
    public async Task ShowAsync(RolloutTold? before, RolloutTold after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // What was before Fleet came is in the message, and needs nobody's attention again.
        if (_main is null)
            _noted.UnionWith(words.Notes(null, after, now).Select(n => n.Key));
        var place = new ChatPlace(channel.Chat, channel.Name);
        _main = await ShowAsync(_main, place, words.Whole(after, now), cancellationToken);
        var below = chat.Abilities.Threads ? place with { Thread = _main.Post.Id } : place;
        foreach (var alike in after.Open.GroupBy(RolloutTold.Key))
            await AskAsync(alike.Key, [.. alike], after, below, cancellationToken);
        foreach (var (key, asked) in _asked.Where(a => !after.Open.Any(d => RolloutTold.Key(d) == a.Key)).ToList())
        {
            await ShowAsync(asked.Shown, below, words.Answered(Gone(asked, key, after)), cancellationToken);
            _asked.Remove(key);
        }

        var notes = words.Notes(before, after, now).Where(n => !_noted.Contains(n.Key)).ToList();
        foreach (var note in notes.Where(n => n.Kind == LivingNoteKind.Zone).Skip(MostZones))
            _noted.Add(note.Key);
        foreach (var note in notes.Where(n => !_noted.Contains(n.Key)))
        {
            await chat.PostAsync(note.Kind == LivingNoteKind.End ? place : below, note.Message, cancellationToken);
            _noted.Add(note.Key);
        }
    }

    private async Task AskAsync(string key, IReadOnlyList<DecisionDocument> alike, RolloutTold after, ChatPlace below, CancellationToken cancellationToken)
    {
        var asked = _asked.GetValueOrDefault(key);
        var gone = asked is null ? [] : Gone(asked, key, after);
        // What is remembered of a question comes with it the first time only.
        var first = asked?.First ?? alike[0];
        var shown = await ShowAsync(asked?.Shown, below, words.Question(alike, first, gone, after.Rollout), cancellationToken);
        _asked[key] = new Asked(shown, first, [.. alike.Concat(gone).DistinctBy(d => d.Id)]);
    }

    /// <summary>Those of a question that are open no longer.</summary>
    private static IReadOnlyList<DecisionDocument> Gone(Asked asked, string key, RolloutTold after) =>
    [
        .. after.Decisions.Where(d => d.State != DecisionState.Open && RolloutTold.Key(d) == key)
            .Concat(asked.All.Where(d => d.State != DecisionState.Open))
            .DistinctBy(d => d.Id),
    ];

    private async Task<Shown> ShowAsync(Shown? was, ChatPlace place, LivingMessage wanted, CancellationToken cancellationToken)
    {
        if (was?.Face == wanted.Face)
            return was;
        if (was is not null)
        {
            try
            {
                await chat.UpdateAsync(was.Post, wanted.Make(), cancellationToken);
                return was with { Face = wanted.Face };
            }
            catch (ChatException e) when (e.Failure == ChatFailure.Gone)
            {
                // Somebody has deleted it: what matters is said again.
            }
        }

        return new Shown(await chat.PostAsync(place, wanted.Make(), cancellationToken), wanted.Face);
    }

    private sealed record Shown(ChatPost Post, string Face);

    /// <param name="All">Of the question, those that were answered among them.</param>
    private sealed record Asked(Shown Shown, DecisionDocument First, IReadOnlyList<DecisionDocument> All);
}
