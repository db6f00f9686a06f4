namespace Fleet.Server.Chat;

/// <summary>Takes what people do in a chat. Whoever hands it over has verified that it comes from the chat, and that it is not one that was taken before.</summary>
internal interface IChatInbox
{
    /// <summary>Returns once it is answered; the answer is for the one who typed it, in the same place.</summary>
    /// <returns>Null: there is nothing to say, for it was not meant for Fleet.</returns>
    Task<ChatMessage?> CommandAsync(ChatCommand command, CancellationToken cancellationToken);

    /// <returns>What is said to the one who pressed; null: the changed message says it.</returns>
    Task<ChatMessage?> PressAsync(ChatPress press, CancellationToken cancellationToken);
}

/// <param name="Id">The chat's own id of what happened; the same twice is done once.</param>
/// <param name="Text">Behind <c>/fleet</c>, or behind the bot's name.</param>
/// <param name="Private">Nobody else reads it, nor the answer: it counts also where the place is no channel that the settings name.</param>
internal sealed record ChatCommand(string Id, ChatPlace Place, ChatPerson Person, string Text, bool Private = false);

/// <param name="Id">The chat's own id of what happened; the same twice is done once.</param>
/// <param name="Value">The button's, as it was posted.</param>
/// <param name="Text">What was filled in where the button asks for it.</param>
internal sealed record ChatPress(string Id, ChatPost Post, ChatPerson Person, string Value, string? Text = null);
