using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Chat;

/// <summary>
/// One kind of chat: it carries messages there and what people do back. What they mean is not its matter: commands, living messages, who may what and when something is said again are the same
/// for all. Each has a folder of its own and is registered by its name in <see cref="ChatRegistration"/>.
/// </summary>
internal interface IChat
{
    /// <summary>As accounts are linked by and settings name it: <c>irc</c>, <c>slack</c>.</summary>
    string Name { get; }

    ChatAbilities Abilities { get; }

    /// <returns>By what it can be found again.</returns>
    /// <exception cref="ChatException">It was not posted, or nobody knows.</exception>
    Task<ChatPost> PostAsync(ChatPlace place, ChatMessage message, CancellationToken cancellationToken);

    /// <summary>Only where <see cref="ChatAbilities.Edits"/>.</summary>
    /// <exception cref="ChatException">It was not changed, or nobody knows.</exception>
    Task UpdateAsync(ChatPost post, ChatMessage message, CancellationToken cancellationToken);

    /// <summary>Listens by a connection of its own, and connects again by itself, until it is cancelled; a chat that only calls us returns at once.</summary>
    Task ListenAsync(IChatInbox inbox, CancellationToken cancellationToken);

    /// <summary>Where it calls us. Each verifies the signature of the raw body before anything is read of it, answers at once and works afterwards.</summary>
    void Map(IEndpointRouteBuilder routes, IChatInbox inbox);
}

/// <summary>What a chat can do; what it cannot is told in lines of text.</summary>
/// <param name="Edits">A message can be changed after it was posted.</param>
/// <param name="Threads">A message can be answered in a thread of its own.</param>
/// <param name="Buttons">Buttons; else a command to type is shown in their place.</param>
/// <param name="Images">A PNG can be posted.</param>
internal sealed record ChatAbilities(bool Edits, bool Threads, bool Buttons, bool Images);
