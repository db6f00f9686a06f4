using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Slack;

/// <summary>Slack: by a URL that it calls, or by Socket Mode, which needs nothing that is reachable from outside.</summary>
internal sealed partial class SlackChat(SlackOptions options, TimeProvider clock, ILoggerFactory logs) : IChat, IDisposable
{
    public const string ChatName = "slack";

    private readonly SlackClient client = new(options, clock);
    private readonly ILogger logger = logs.CreateLogger<SlackChat>();

    // One for both ways in: Slack may try the other after the first.
    private readonly RecentIds seen = new(clock, TimeSpan.FromMinutes(15));

    public string Name => ChatName;

    public ChatAbilities Abilities { get; } = new(Edits: true, Threads: true, Buttons: true, Images: true);

    public async Task<ChatPost> PostAsync(ChatPlace place, ChatMessage message, CancellationToken cancellationToken)
    {
        var arguments = Arguments(place.Channel, message);
        // Nothing is fetched from what a link names.
        (arguments["mrkdwn"], arguments["unfurl_links"], arguments["unfurl_media"]) = ("false", "false", "false");
        if (place.Thread is { } thread)
            arguments["thread_ts"] = thread;
        var answer = await client.CallAsync("chat.postMessage", place.Channel, arguments, cancellationToken);
        if (answer.Text("ts") is not { } id)
            throw new ChatException(ChatFailure.Unreachable, "Slack did not name the message that it took");
        // As Slack names the channel: presses come with that name.
        var post = new ChatPost(place with { Channel = answer.Text("channel") ?? place.Channel }, id);
        if (message.Image is { } image)
            await ShowAsync(post, image, cancellationToken);
        return post;
    }

    public async Task UpdateAsync(ChatPost post, ChatMessage message, CancellationToken cancellationToken)
    {
        var arguments = Arguments(post.Place.Channel, message);
        arguments["ts"] = post.Id;
        await client.CallAsync("chat.update", post.Place.Channel, arguments, cancellationToken);
    }

    public Task ListenAsync(IChatInbox inbox, CancellationToken cancellationToken)
    {
        if (options.AppToken is null)
            return Task.CompletedTask;
        var socket = new SlackSocket(client, Work(inbox, cancellationToken), clock, logs.CreateLogger<SlackSocket>());
        return socket.ListenAsync(cancellationToken);
    }

    public void Map(IEndpointRouteBuilder routes, IChatInbox inbox)
    {
        if (options.SigningSecret is not { } secret)
            return;
        var stopping = routes.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        new SlackEndpoint(secret, Work(inbox, stopping), clock, logs.CreateLogger<SlackEndpoint>()).Map(routes);
    }

    public void Dispose() => client.Dispose();

    private SlackWork Work(IChatInbox inbox, CancellationToken stopping) => new(client, options, this, inbox, seen, new Afterwards(logs.CreateLogger<Afterwards>(), stopping));

    /// <summary>The message is there already: a picture that did not come is no reason to post it twice.</summary>
    private async Task ShowAsync(ChatPost post, ChatImage image, CancellationToken cancellationToken)
    {
        try
        {
            await client.ShowAsync(post, image, cancellationToken);
        }
        catch (ChatException e)
        {
            LogNoPicture(e.Message, post.Place.Channel);
        }
    }

    private Dictionary<string, string> Arguments(string channel, ChatMessage message) => new()
    {
        ["channel"] = channel,
        ["text"] = SlackForm.Summary(message),
        ["blocks"] = SlackForm.Blocks(message, options.Mentions).ToJsonString(),
        ["parse"] = "none",
        ["link_names"] = "false",
    };
}
