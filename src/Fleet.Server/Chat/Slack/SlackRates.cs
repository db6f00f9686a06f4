using Fleet.Server.Chat.Sending;

namespace Fleet.Server.Chat.Slack;

/// <summary>How often each method may be called, as Slack publishes it.</summary>
internal sealed class SlackRates(TimeProvider clock)
{
    /// <summary>Who would wait longer is told so: what is said then is old.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(15);

    /// <summary>One a second and channel.</summary>
    private readonly TokenBuckets posts = new(clock, 1, TimeSpan.FromSeconds(1));

    /// <summary>Tier 3, fifty a minute.</summary>
    private readonly TokenBuckets updates = new(clock, 5, TimeSpan.FromMinutes(1) / 50);

    /// <summary>Tier 4, a hundred a minute.</summary>
    private readonly TokenBuckets others = new(clock, 10, TimeSpan.FromMinutes(1) / 100);

    /// <exception cref="ChatException">Too much is waiting.</exception>
    public Task WaitAsync(string method, string channel, CancellationToken cancellationToken) => Of(method).WaitAsync(Key(method, channel), Most, cancellationToken);

    public void Pause(string method, string channel, TimeSpan time) => Of(method).Pause(Key(method, channel), time);

    private TokenBuckets Of(string method) => method switch
    {
        "chat.postMessage" => posts,
        "chat.update" => updates,
        _ => others,
    };

    private static string Key(string method, string channel) => method == "chat.postMessage" ? $"{method} {channel}" : method;
}
