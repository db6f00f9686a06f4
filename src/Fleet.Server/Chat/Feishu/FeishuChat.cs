using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Feishu;

/// <summary>Feishu and Lark: cards that change, and a URL that Feishu calls.</summary>
internal sealed partial class FeishuChat(FeishuOptions options, TimeProvider clock, ILoggerFactory logs) : IChat, IDisposable
{
    public const string ChatName = "feishu";
    private const string Messages = "open-apis/im/v1/messages";

    private readonly FeishuClient client = new(options, clock);
    private readonly ILogger logger = logs.CreateLogger<FeishuChat>();

    public string Name => ChatName;

    public ChatAbilities Abilities { get; } = new(Edits: true, Threads: true, Buttons: true, Images: true);

    public async Task<ChatPost> PostAsync(ChatPlace place, ChatMessage message, CancellationToken cancellationToken)
    {
        if (place.Thread is { } thread)
            return await AnswerAsync(place, thread, message, inThread: true, cancellationToken);
        var body = await BodyAsync(message, cancellationToken);
        body["receive_id"] = place.Channel;
        return Post(place, (await client.CallAsync(HttpMethod.Post, $"{Messages}?receive_id_type=chat_id", place.Channel, body, cancellationToken)).Text("data", "message_id"));
    }

    public async Task UpdateAsync(ChatPost post, ChatMessage message, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(message, cancellationToken);
        await client.CallAsync(HttpMethod.Patch, $"{Messages}/{Uri.EscapeDataString(post.Id)}", post.Id, new JsonObject { ["content"] = body["content"]!.GetValue<string>() }, cancellationToken);
    }

    /// <summary>It only calls us.</summary>
    public Task ListenAsync(IChatInbox inbox, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Map(IEndpointRouteBuilder routes, IChatInbox inbox)
    {
        var stopping = routes.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var work = new FeishuWork(client, this, inbox, new RecentIds(clock, TimeSpan.FromMinutes(15)), new Afterwards(logs.CreateLogger<Afterwards>(), stopping), clock);
        new FeishuEndpoint(options.EncryptKey, work, clock, logs.CreateLogger<FeishuEndpoint>()).Map(routes);
    }

    public void Dispose() => client.Dispose();

    /// <param name="inThread">Else beside the message that it answers.</param>
    /// <exception cref="ChatException">It was not said, or nobody knows.</exception>
    internal async Task<ChatPost> AnswerAsync(ChatPlace place, string to, ChatMessage message, bool inThread, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(message, cancellationToken);
        body["reply_in_thread"] = inThread;
        return Post(place, (await client.CallAsync(HttpMethod.Post, $"{Messages}/{Uri.EscapeDataString(to)}/reply", place.Channel, body, cancellationToken)).Text("data", "message_id"));
    }

    private static ChatPost Post(ChatPlace place, string? id) => id is null ? throw new ChatException(ChatFailure.Unreachable, "Feishu did not name the message that it took") : new ChatPost(place, id);

    private async Task<JsonObject> BodyAsync(ChatMessage message, CancellationToken cancellationToken)
    {
        string? picture = null;
        try
        {
            picture = message.Image is { } image ? await client.PictureAsync(image, cancellationToken) : null;
        }
        catch (ChatException e)
        {
            // The words matter more.
            LogNoPicture(e.Message);
        }

        return new JsonObject { ["msg_type"] = "interactive", ["content"] = FeishuForm.Card(message, options.Mentions, picture) };
    }
}
