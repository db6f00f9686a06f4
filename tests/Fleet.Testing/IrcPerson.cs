using System.Net.Sockets;
using System.Text;

namespace Fleet.Testing;

/// <summary>Somebody at a client of IRC, in one channel: says things, and hears what is said there and in private.</summary>
public sealed class IrcPerson : IAsyncDisposable
{
    private readonly TcpClient _tcp = new();
    private readonly CancellationTokenSource _ends = new();
    private readonly List<string> _heard = [];
    private readonly SemaphoreSlim _writing = new(1);
    private StreamWriter? _writer;
    private Task _reading = Task.CompletedTask;
    private volatile bool _joined;

    private IrcPerson(string nick, string channel) => (Nick, Channel) = (nick, channel);

    public string Nick { get; }

    public string Channel { get; }

    /// <summary>As a client shows it: <c>&lt;nick&gt; text</c>, in private <c>*nick* text</c>; one's own too.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_heard)
                return [.. _heard];
        }
    }

    public static async Task<IrcPerson> JoinAsync(IrcServer server, string nick, string channel, CancellationToken cancellationToken)
    {
        var person = new IrcPerson(nick, channel);
        await person._tcp.ConnectAsync("127.0.0.1", server.Port, cancellationToken);
        person._writer = new StreamWriter(person._tcp.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        person._reading = person.ReadAsync();
        await person.WriteAsync($"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\nJOIN {channel}");
        await Eventually.BeTrueAsync(() => person._joined, TimeSpan.FromMinutes(1), cancellationToken, () => server.Output);
        return person;
    }

    public Task SayAsync(string text) => SayToAsync(Channel, text);

    public async Task SayToAsync(string target, string text)
    {
        lock (_heard)
            _heard.Add($"<{Nick}> {text}");
        await WriteAsync($"PRIVMSG {target} :{text}");
    }

    /// <summary>The first such line from the place on; what came before does not count.</summary>
    public Task<string> HearAsync(int from, Func<string, bool> meant, TimeSpan limit, CancellationToken cancellationToken, Func<string>? describe = null) => Eventually.GetAsync(
        () => Task.FromResult(Heard.Skip(from).FirstOrDefault(meant)), limit, cancellationToken, () => $"{Nick} heard:\n{string.Join('\n', Heard)}\n{describe?.Invoke()}");

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        _tcp.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ends.Dispose();
        _writing.Dispose();
    }

    private async Task ReadAsync()
    {
        using var reader = new StreamReader(_tcp.GetStream(), new UTF8Encoding(false));
        while (await reader.ReadLineAsync(_ends.Token) is { } line)
        {
            var words = line.Split(' ', 4);
            if (words[0] == "PING")
                await WriteAsync($"PONG {words[1]}");
            else if (words is [_, "366", ..])
                _joined = true;
            else if (words is [var source, "PRIVMSG", var target, ..])
                Hear(source[1..].Split('!')[0], target, line[(line.IndexOf(" :", StringComparison.Ordinal) + 2)..]);
        }
    }

    private void Hear(string nick, string target, string text)
    {
        lock (_heard)
            _heard.Add(target == Channel ? $"<{nick}> {text}" : $"*{nick}* {text}");
    }

    private async Task WriteAsync(string line)
    {
        await _writing.WaitAsync(_ends.Token);
        try
        {
            await _writer!.WriteLineAsync(line);
        }
        finally
        {
            _writing.Release();
        }
    }
}
