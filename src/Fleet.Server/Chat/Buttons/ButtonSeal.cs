using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fleet.Contracts.Decisions;
using Fleet.Server.Access;

namespace Fleet.Server.Chat.Buttons;

/// <summary>What a button stands for.</summary>
/// <param name="Line">The command that is said by pressing it.</param>
/// <param name="Until">When it counts no longer.</param>
internal sealed record SealedButton(string Line, DateTimeOffset Until)
{
    /// <summary>Makes each its own; two that say the same are two.</summary>
    public string Nonce { get; init; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
}

/// <summary>
/// Values of buttons: what they stand for under a code that only who has the shared token can make (HMAC-SHA256), as every server of the same token can read them.
/// A chat keeps them and hands them back; nothing in one is believed before its code is. Pressed once, it counts no longer in this process; what it says is safe to be
/// said twice, since an answer, an approval and a confirmation count once by themselves.
/// </summary>
internal sealed class ButtonSeal(KnownTokens known, TimeProvider time)
{
    /// <summary>Slack takes no longer one.</summary>
    public const int MostCharacters = 2000;
    private const string Version = "1";
    private const int MostUsed = 10_000;

    private readonly byte[] _key = known.KeyFor("chat-buttons");
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">The line is too long for a button.</exception>
    public string Seal(SealedButton button)
    {
        var content = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(button));
        var value = $"{Version}.{content}.{Base64Url.EncodeToString(Code(content))}";
        return value.Length <= MostCharacters ? value : throw new ArgumentException($"A button's value would have {value.Length} characters, and {MostCharacters} are the most.", nameof(button));
    }

    /// <param name="problem">Forged, expired and used are told apart.</param>
    public SealedButton? Take(string value, out Finding problem)
    {
        problem = Finding.Of("chat-button-forged");
        if (Open(value) is not { } button)
            return null;
        var now = time.GetUtcNow();
        if (button.Until < now)
        {
            problem = Finding.Of("chat-button-expired");
            return null;
        }

        lock (_lock)
        {
            foreach (var old in _used.Where(u => u.Value < now).Select(u => u.Key).ToList())
                _used.Remove(old);
            if (_used.Count >= MostUsed)
                _used.Remove(_used.MinBy(u => u.Value).Key);
            if (_used.TryAdd(button.Nonce, button.Until))
                return button;
            problem = Finding.Of("chat-button-used");
            return null;
        }
    }

    /// <summary>What was pressed was refused: somebody else may press it, or the same once more.</summary>
    public void GiveBack(SealedButton button)
    {
        lock (_lock)
            _used.Remove(button.Nonce);
    }

    private SealedButton? Open(string value)
    {
        if (value.Length > MostCharacters || value.Split('.') is not [Version, var content, var code])
            return null;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!Base64Url.IsValid(code, out var length) || length != given.Length || !Base64Url.IsValid(content))
            return null;
        Base64Url.DecodeFromChars(code, given);
        return CryptographicOperations.FixedTimeEquals(given, Code(content)) ? JsonSerializer.Deserialize<SealedButton>(Base64Url.DecodeFromChars(content)) : null;
    }

    private byte[] Code(string content) => HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes($"{Version}.{content}"));
}
