using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Fleet.Testing;

/// <summary>The way that bytes go through a <see cref="FaultProxy"/>.</summary>
public enum Flow
{
    ToServer,
    ToClient,
}

/// <summary>
/// A TCP proxy on the loopback that breaks as networks do, when it is told: it resets connections, refuses them, lets nothing pass without a word, slows down, or
/// resets after so many bytes. Each fault lasts until <see cref="Heal"/>; <see cref="Cut"/> hits only what is connected now.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<FaultedConnection, byte> connections = new();
    private readonly CancellationTokenSource ended = new();
    private readonly int target;
    private TcpListener? listener;
    private int accepted;
    private int resets;
    private long toServer;
    private long toClient;
    private volatile FaultPlan plan = FaultPlan.None;

    /// <param name="target">A port on the loopback.</param>
    public FaultProxy(int target)
    {
        this.target = target;
        Port = Loopback.FreePort();
        Listen();
    }

    /// <summary>Stays the same while it refuses.</summary>
    public int Port { get; }

    /// <summary>How many were taken so far.</summary>
    public int Connections => accepted;

    /// <summary>How many were reset because their bytes were used up.</summary>
    public int Resets => resets;

    internal FaultPlan Plan => plan;

    internal CancellationToken Ended => ended.Token;

    /// <summary>Bytes that passed so far.</summary>
    public long Passed(Flow flow) => Interlocked.Read(ref flow == Flow.ToServer ? ref toServer : ref toClient);

    /// <summary>Resets (RST) what is connected now, on both sides.</summary>
    public void Cut()
    {
        foreach (var connection in connections.Keys)
            connection.Reset();
    }

    /// <summary>Nothing passes, either way, and nothing is closed.</summary>
    public void Blackhole() => Change(plan with { Holds = true });

    /// <summary>So many bytes a second, each way and each connection.</summary>
    public void Throttle(int bytesPerSecond) => Change(plan with { BytesPerSecond = bytesPerSecond });

    /// <summary>Each connection, those open now too, is reset when so many more bytes have gone this way; asked once for each connection.</summary>
    public void CutEachAfter(Flow flow, Func<long> bytes)
    {
        Change(plan with { Limited = flow, Limit = bytes });
        foreach (var connection in connections.Keys)
            connection.LimitTo(flow, bytes());
    }

    /// <summary>New connections are refused; those that are open stay.</summary>
    public void Refuse()
    {
        lock (gate)
        {
            listener?.Stop();
            listener = null;
        }
    }

    /// <summary>All is well again; what was held goes on, what was cut stays cut.</summary>
    public void Heal()
    {
        Change(FaultPlan.None);
        foreach (var connection in connections.Keys)
            connection.LimitTo(null, 0);
        Listen();
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        Refuse();
        Cut();
        Change(FaultPlan.None);
    }

    internal void Count(Flow flow, int bytes) => Interlocked.Add(ref flow == Flow.ToServer ? ref toServer : ref toClient, bytes);

    internal void CountReset() => Interlocked.Increment(ref resets);

    private void Change(FaultPlan next)
    {
        var before = plan;
        plan = next;
        before.Over();
    }

    private void Listen()
    {
        lock (gate)
        {
            if (listener is not null || ended.IsCancellationRequested)
                return;
            listener = new TcpListener(IPAddress.Loopback, Port);
            listener.Start();
            _ = AcceptAsync(listener);
        }
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
                _ = CarryAsync(await from.AcceptSocketAsync(ended.Token));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // It refuses now, or the test is over.
        }
    }

    private async Task CarryAsync(Socket near)
    {
        Interlocked.Increment(ref accepted);
        using var connection = new FaultedConnection(this, near);
        connections[connection] = 0;
        if (plan is { Limited: { } flow, Limit: { } limit })
            connection.LimitTo(flow, limit());
        await connection.CarryAsync(target);
        connections.TryRemove(connection, out _);
    }
}
