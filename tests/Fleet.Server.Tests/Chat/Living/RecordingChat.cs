using Fleet.Server.Chat;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Tests.Chat.Living;

/// <summary>Keeps what is in its channel, as people would see it.</summary>
internal sealed class RecordingChat : IChat
{
    private int count;

    public string Name => "slack";

    public ChatAbilities Abilities { get; init; } = new(Edits: true, Threads: true, Buttons: true, Images: false);

    /// <summary>By id, in order; with each the place it is in.</summary>
    public SortedDictionary<string, (ChatPlace Place, ChatMessage Message)> Posts { get; } = new(StringComparer.Ordinal);

    public int Updates { get; private set; }

    /// <summary>The next calls fail so.</summary>
    public Queue<ChatFailure?> Failures { get; } = [];

    public Task<ChatPost> PostAsync(ChatPlace place, ChatMessage message, CancellationToken cancellationToken)
    {
        Fail();
        var id = $"m{++count:00}";
        Posts[id] = (place, message);
        return Task.FromResult(new ChatPost(place, id));
    }

    public Task UpdateAsync(ChatPost post, ChatMessage message, CancellationToken cancellationToken)
    {
        Fail();
        if (!Posts.ContainsKey(post.Id))
            throw new ChatException(ChatFailure.Gone, "message_not_found");
        Updates++;
        Posts[post.Id] = (post.Place, message);
        return Task.CompletedTask;
    }

    public Task ListenAsync(IChatInbox inbox, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Map(IEndpointRouteBuilder routes, IChatInbox inbox)
    {
    }

    private void Fail()
    {
        if (Failures.TryDequeue(out var failure) && failure is { } why)
            throw new ChatException(why, "as the test wants it");
    }
}
