using System.Security.Cryptography;
using Fleet.Contracts.Decisions;
using Fleet.Server.Chat.Buttons;

namespace Fleet.Server.Chat.Commands;

/// <summary>
/// What was shown and waits for the word of the one who asked for it. Kept in memory only: after a restart it is asked for again, and nothing is done twice.
/// </summary>
internal sealed class Confirmations(ButtonSeal seal, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Letters and digits that are not taken for each other.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Most = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Waiting> _waiting = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>The code that is typed, and the value of the button that stands for typing it.</returns>
    public (string Code, string Value) Add(ChatPlace place, ChatPerson person, Func<ChatTalk, CancellationToken, Task<ChatMessage>> act)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            foreach (var old in _waiting.Where(w => now - w.Value.At > Lifetime * 2).Select(w => w.Key).ToList())
                _waiting.Remove(old);
            // Who asks on and on loses what was asked first.
            if (_waiting.Count >= Most)
                _waiting.Remove(_waiting.MinBy(w => w.Value.At).Key);
            string code;
            do
                code = RandomNumberGenerator.GetString(Letters, 6);
            while (_waiting.ContainsKey(code));
            _waiting[code] = new Waiting(place.Chat, person.Account, now, act);
            return (code, seal.Seal(new SealedButton($"confirm {code}", now + Lifetime)));
        }
    }

    /// <summary>Once: whoever takes it does it.</summary>
    /// <param name="problem">Why there is nothing to do.</param>
    public Func<ChatTalk, CancellationToken, Task<ChatMessage>>? Take(string code, ChatPlace place, ChatPerson person, out Finding problem)
    {
        problem = Finding.Of("chat-code-unknown", ("code", code));
        lock (_lock)
        {
            if (!_waiting.TryGetValue(code, out var waiting))
                return null;
            if (waiting.Chat != place.Chat || waiting.Account != person.Account)
            {
                problem = Finding.Of("chat-code-of-other", ("code", code));
                return null;
            }

            if (waiting.Act is not { } act)
            {
                problem = Finding.Of("chat-code-used", ("code", code));
                return null;
            }

            if (time.GetUtcNow() - waiting.At > Lifetime)
            {
                problem = Finding.Of("chat-code-expired", ("code", code), ("minutes", $"{Lifetime.TotalMinutes:0}"));
                return null;
            }

            _waiting[code] = waiting with { Act = null };
            return act;
        }
    }

    /// <param name="Act">Null: it was done.</param>
    private sealed record Waiting(string Chat, string Account, DateTimeOffset At, Func<ChatTalk, CancellationToken, Task<ChatMessage>>? Act);
}
