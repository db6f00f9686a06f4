using Fleet.Contracts.Decisions;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Fleet.Worker.Ssh;

/// <summary>The connections to a firstbox and to the bastions before it, and whether they still live. The library's own view of that is late: silence decides, see <see cref="Pulse"/>.</summary>
internal sealed class FirstboxLink(string zone, string firstbox, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);
    private readonly List<SshClient> clients = [];
    private readonly List<JumpPort> jumps = [];
    private readonly CancellationTokenSource broken = new();
    private long heard = time.GetTimestamp();
    private string? why;

    public string Zone => zone;

    public string Firstbox => firstbox;

    public SshClient Client => clients[^1];

    /// <summary>Cancelled once the link is broken or closed.</summary>
    public CancellationToken Broken => broken.Token;

    public TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref heard));

    public void Add(SshClient client)
    {
        client.ErrorOccurred += (_, error) => Break(error.Exception.Message);
        clients.Add(client);
    }

    public JumpPort Jump(string bastionName, string host, int port)
    {
        try
        {
            var jump = JumpPort.Open(Client, bastionName, host, port);
            jumps.Add(jump);
            return jump;
        }
        catch (Exception e)
        {
            throw Explain(e);
        }
    }

    /// <summary>The library's view; it may say yes for a while to a link that is gone.</summary>
    public bool SeemsUp
    {
        get
        {
            try
            {
                return !broken.IsCancellationRequested && Client.IsConnected;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>The zone said something.</summary>
    public void Heard() => Interlocked.Exchange(ref heard, time.GetTimestamp());

    public void Break(string reason)
    {
        if (Interlocked.CompareExchange(ref why, reason, null) is null)
            _ = broken.CancelAsync();
    }

    public SshLinkException Error(Exception? cause = null) =>
        new(Finding.Of("ssh-link-broken", ("host", firstbox), ("zone", zone), ("why", why ?? cause?.Message ?? "the connection was closed")), transient: true, cause);

    /// <summary>What the library threw while the link was in use, as a reason.</summary>
    public SshLinkException Explain(Exception thrown)
    {
        if (thrown is SshLinkException known)
            return known;
        // A server that refuses one more channel answers: the link is well.
        if (thrown is SshException and not (SshConnectionException or SshOperationTimeoutException) && Volatile.Read(ref why) is null)
            return new SshLinkException(Finding.Of("ssh-channel-refused", ("host", firstbox), ("zone", zone), ("why", thrown.Message)), transient: true, thrown);
        Break(thrown.Message);
        return Error(thrown);
    }

    public async ValueTask DisposeAsync()
    {
        Break("it was closed here");
        // Closing waits for the far end; nobody else should.
        var closing = Task.Run(Close, CancellationToken.None);
        await Task.WhenAny(closing, Task.Delay(CloseLimit, CancellationToken.None));
    }

    /// <summary>From the far end to the near one: jump n leads from client n to client n + 1.</summary>
    private void Close()
    {
        foreach (var unused in jumps.Skip(Math.Max(0, clients.Count - 1)))
            Quietly(unused.Dispose);
        for (var i = clients.Count - 1; i >= 0; i--)
        {
            Quietly(clients[i].Dispose);
            if (i > 0)
                Quietly(jumps[i - 1].Dispose);
        }
    }

    private static void Quietly(Action close)
    {
        try
        {
            close();
        }
        catch (Exception)
        {
            // It is being thrown away; what it has to say has no reader.
        }
    }
}
