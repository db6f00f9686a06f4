using System.Threading.Channels;

namespace Fleet.Server.Chat.Irc;

/// <summary>Lines on their way to the server: a few at once, then one in a while, since a server throws out who says more.</summary>
internal sealed class IrcOutbox(TimeSpan lineEvery, TimeProvider time)
{
    private const int Burst = 5;
    private const int Most = 400;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(Most);

    /// <summary>All of them, or none.</summary>
    /// <returns>False: there is no room; nothing was taken.</returns>
    public bool TryAdd(IReadOnlyList<string> lines)
    {
        lock (_lines)
            return _lines.Reader.Count + lines.Count <= Most && lines.All(_lines.Writer.TryWrite);
    }

    public async Task SendAsync(Func<string, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var (allowed, since) = ((double)Burst, time.GetTimestamp());
        await foreach (var line in _lines.Reader.ReadAllAsync(cancellationToken))
        {
            if (lineEvery > TimeSpan.Zero)
            {
                allowed = Math.Min(Burst, allowed + (time.GetElapsedTime(since) / lineEvery));
                since = time.GetTimestamp();
                if (allowed < 1)
                {
                    await Task.Delay((1 - allowed) * lineEvery, time, cancellationToken);
                    (allowed, since) = (1, time.GetTimestamp());
                }

                allowed--;
            }

            await write(line, cancellationToken);
        }
    }
}
