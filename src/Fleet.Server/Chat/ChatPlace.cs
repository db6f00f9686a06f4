namespace Fleet.Server.Chat;

/// <summary>Where something is said.</summary>
/// <param name="Chat">Its name, like <c>slack</c>.</param>
/// <param name="Channel">As the chat itself calls it: <c>#ops</c>, <c>C024BE91L</c>.</param>
/// <param name="Thread">The message in whose thread; null: in the channel.</param>
internal sealed record ChatPlace(string Chat, string Channel, string? Thread = null);

/// <summary>A message that is there.</summary>
/// <param name="Id">As the chat names it; for one that names none, our own.</param>
internal sealed record ChatPost(ChatPlace Place, string Id);

/// <summary>Who speaks.</summary>
/// <param name="Account">As the chat proves it, never a name that its owner can choose: an IRC services account, a Slack user id with its team's.</param>
/// <param name="Shown">The name that people see; for reading only.</param>
/// <param name="IsProven">The chat says who it is. Where it cannot, nobody is linked to it.</param>
internal sealed record ChatPerson(string Account, string Shown, bool IsProven = true);
