using System.Collections.Concurrent;
using System.Threading.Channels;
using Fleet.Server.Chat.Commands;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Irc;

/// <summary>One connection, from its welcome to its end.</summary>
internal sealed partial class IrcSession : IAsyncDisposable
{
    /// <summary>A server that is silent for so long is asked whether it is there; silent for twice as long it is not.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);
    private const int MostWaiting = 50;

    private readonly IrcSocket _socket;
    private readonly IrcOptions _options;
    private readonly ChatOptions _channels;
    private readonly IChatInbox _inbox;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly IrcOutbox _outbox;
    private readonly IrcPeople _people;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<string, bool> _in = new(StringComparer.OrdinalIgnoreCase);
    private readonly Channel<IrcLine> _said = Channel.CreateBounded<IrcLine>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly string _id = Guid.CreateVersion7().ToString("N");
    private long _heard;

    private IrcSession(IrcSocket socket, string nick, bool tellsAccounts, IrcOptions options, ChatOptions channels, IChatInbox inbox, ILogger logger, TimeProvider time)
    {
        (_socket, Nick, _options, _channels, _inbox, _logger, _time) = (socket, nick, options, channels, inbox, logger, time);
        _outbox = new IrcOutbox(options.LineEvery, time);
        _people = new IrcPeople(options, tellsAccounts, WriteAsync);
    }

    public string Nick { get; private set; }

    public static async Task<IrcSession> ConnectAsync(IrcOptions options, ChatOptions channels, IChatInbox inbox, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = await IrcSocket.ConnectAsync(options, cancellationToken);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Silence);
            var (nick, tells) = await IrcSignOn.RunAsync(socket, options, limit.Token);
            return new IrcSession(socket, nick, tells, options, channels, inbox, logger, time);
        }
        catch (Exception e)
        {
            await socket.DisposeAsync();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new IOException("The server did not welcome it in time.", e);
            throw;
        }
    }

    public bool IsIn(string channel) => _in.ContainsKey(channel);

    /// <returns>False: there is no room; nothing was taken.</returns>
    public bool Say(string target, ChatMessage message, string? to = null)
    {
        var lines = IrcText.Of(to is null ? message : message with { Mentions = [to, .. message.Mentions] });
        return _outbox.TryAdd([.. lines.Select(l => $"PRIVMSG {target} :{l}")]);
    }

    /// <summary>Until the server goes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] all = [ReadAsync(ends.Token), _outbox.SendAsync(WriteAsync, ends.Token), DoAsync(ends.Token)];
        var first = await Task.WhenAny(all);
        await ends.CancelAsync();
        await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        await first;
    }

    public async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync();
        _writing.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var channel in _channels.Channels.Where(c => c.Chat == IrcChat.ChatName))
            await WriteAsync($"JOIN {channel.Name}", cancellationToken);
        var reading = _socket.ReadAsync(cancellationToken);
        var asked = false;
        while (true)
        {
            try
            {
                if (await reading.WaitAsync(Silence, _time, cancellationToken) is not { } text)
                    return;
                asked = false;
                if (IrcLine.Parse(text) is { } line)
                    await HeardAsync(line, cancellationToken);
                reading = _socket.ReadAsync(cancellationToken);
            }
            catch (TimeoutException e)
            {
                if (asked)
                    throw new IOException($"The server said nothing for {(Silence * 2).TotalMinutes:0} minutes.", e);
                asked = true;
                await WriteAsync("PING :fleet", cancellationToken);
            }
        }
    }

    private async Task HeardAsync(IrcLine line, CancellationToken cancellationToken)
    {
        var own = string.Equals(line.Nick, Nick, StringComparison.OrdinalIgnoreCase);
        switch (line.Command)
        {
            case "PING":
                await WriteAsync($"PONG :{line.Last}", cancellationToken);
                break;
            case "JOIN" when own:
                _in[line.Last] = true;
                break;
            case "PART" when own:
                _in.TryRemove(line.Parameters[0], out _);
                break;
            case "KICK" when line.Parameters.Count > 1 && string.Equals(line.Parameters[1], Nick, StringComparison.OrdinalIgnoreCase):
                _in.TryRemove(line.Parameters[0], out _);
                LogKicked(line.Parameters[0], line.Nick);
                break;
            case "NICK" when own:
                Nick = line.Last;
                break;
            case "403" or "405" or "471" or "473" or "474" or "475" or "477" when line.Parameters.Count > 1:
                LogNotIn(line.Parameters[1], line.Last);
                break;
            case "311" or "318" or "330":
                _people.Heard(line);
                break;
            case "PRIVMSG" when line.Parameters.Count > 1 && !own && line.Source is not null:
                // Waited for elsewhere: who is asked by WHOIS is answered here.
                if (Addressed(line) is not null)
                    _said.Writer.TryWrite(line);
                break;
        }
    }

    private async Task DoAsync(CancellationToken cancellationToken)
    {
        await foreach (var line in _said.Reader.ReadAllAsync(cancellationToken))
        {
            var isPrivate = string.Equals(line.Parameters[0], Nick, StringComparison.OrdinalIgnoreCase);
            var target = isPrivate ? line.Nick : line.Parameters[0];
            var command = new ChatCommand($"{_id}/{Interlocked.Increment(ref _heard)}", new ChatPlace(IrcChat.ChatName, target), await _people.OfAsync(line, cancellationToken), Addressed(line)!, isPrivate);
            if (await _inbox.CommandAsync(command, cancellationToken) is { } answer && !Say(target, answer, isPrivate ? null : line.Nick))
                LogFull(target);
        }
    }

    /// <summary><c>!fleet …</c>, <c>fleet: …</c>, and in private also without.</summary>
    /// <returns>Null: it is not meant for us.</returns>
    private string? Addressed(IrcLine line)
    {
        var isPrivate = string.Equals(line.Parameters[0], Nick, StringComparison.OrdinalIgnoreCase);
        var text = line.Last.Trim();
        // What a client asks by itself (CTCP) is no speech.
        if (text.StartsWith('\u0001') || (!isPrivate && _channels.Find(IrcChat.ChatName, line.Parameters[0]) is null))
            return null;
        foreach (var name in new[] { "!fleet ", $"{Nick}: ", $"{Nick}, ", "fleet: " })
        {
            if ($"{text} ".StartsWith(name, StringComparison.OrdinalIgnoreCase))
                return text[Math.Min(text.Length, name.Length)..];
        }

        return isPrivate ? text : null;
    }

    private async Task WriteAsync(string line, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _socket.WriteAsync(line, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    [LoggerMessage(1352, LogLevel.Warning, "Fleet was sent out of {Channel} by {Nick}")]
    private partial void LogKicked(string channel, string nick);

    [LoggerMessage(1353, LogLevel.Warning, "Fleet is not let into {Channel}: {Why}")]
    private partial void LogNotIn(string channel, string why);

    [LoggerMessage(1354, LogLevel.Warning, "More waits to be said in {Target} than the server takes: an answer was left out")]
    private partial void LogFull(string target);
}
