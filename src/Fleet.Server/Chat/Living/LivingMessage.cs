using System.Text.Json;
using Fleet.Server.Chat.Buttons;

namespace Fleet.Server.Chat.Living;

/// <summary>A message before its buttons are sealed, which makes each time other values.</summary>
internal sealed class LivingMessage(ChatMessage message, IReadOnlyList<LivingButton> buttons, ButtonSeal seal, TimeProvider time)
{
    /// <summary>Who finds an older question answers it by the command that stands there.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>What people see of it: two with the same are one.</summary>
    public string Face { get; } = JsonSerializer.Serialize(new { message, buttons });

    public ChatMessage Make() => message with
    {
        Buttons = [.. buttons.Select(b => new ChatButton(b.Text, seal.Seal(new SealedButton(b.Line, time.GetUtcNow() + Lifetime)), b.Typed, b.Style, b.Asks))],
    };
}

/// <param name="Line">The command that pressing says.</param>
/// <param name="Typed">What can be typed instead.</param>
internal sealed record LivingButton(string Text, string Line, string Typed, ChatButtonStyle Style = ChatButtonStyle.Plain, string? Asks = null);

/// <param name="Key">It is said once.</param>
internal sealed record LivingNote(LivingNoteKind Kind, string Key, ChatMessage Message);

internal enum LivingNoteKind
{
    /// <summary>In the thread.</summary>
    Zone,
    Reminder,

    /// <summary>In the channel itself.</summary>
    End,
}
