using System.Net;
using System.Net.Sockets;

namespace Fleet.Testing;

/// <summary>What a <see cref="FaultProxy"/> does now. Whoever waits because of it waits for <see cref="Changed"/>.</summary>
internal sealed record FaultPlan
{
    private TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FaultPlan()
    {
    }

    private FaultPlan(FaultPlan other)
    {
        (Holds, BytesPerSecond, Limited, Limit) = (other.Holds, other.BytesPerSecond, other.Limited, other.Limit);
        over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public static FaultPlan None => new();

    public bool Holds { get; init; }
    public int? BytesPerSecond { get; init; }
    public Flow? Limited { get; init; }
    public Func<long>? Limit { get; init; }

    public Task Changed => over.Task;

    public void Over() => over.TrySetResult();
}

/// <summary>One connection through a <see cref="FaultProxy"/>.</summary>
internal sealed class FaultedConnection(FaultProxy proxy, Socket near) : IDisposable
{
    private readonly Socket far = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Lock gate = new();
    private Flow? limited;
    private long left;

    public void LimitTo(Flow? flow, long bytes)
    {
        lock (gate)
            (limited, left) = (flow, bytes);
    }

    public async Task CarryAsync(int target)
    {
        try
        {
            near.NoDelay = true;
            await far.ConnectAsync(IPAddress.Loopback, target, proxy.Ended);
            await Task.WhenAll(PassAsync(near, far, Flow.ToServer), PassAsync(far, near, Flow.ToClient));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Reset();
        }
    }

    public void Reset()
    {
        foreach (var socket in (Socket[])[near, far])
        {
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Close();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It is gone already.
            }
        }
    }

    public void Dispose()
    {
        near.Dispose();
        far.Dispose();
    }

    private async Task PassAsync(Socket from, Socket to, Flow flow)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer.AsMemory(0, Piece()), proxy.Ended) is > 0 and var read)
            {
                await HeldBackAsync(read);
                var (may, cut) = Allowed(flow, read);
                await to.SendAsync(buffer.AsMemory(0, may), proxy.Ended);
                proxy.Count(flow, may);
                if (!cut)
                    continue;
                proxy.CountReset();
                Reset();
                return;
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It was cut, or one side went: the other goes too.
            Reset();
        }
    }

    private int Piece() => proxy.Plan.BytesPerSecond is { } rate ? Math.Clamp(rate / 10, 1, 64 * 1024) : 64 * 1024;

    private async Task HeldBackAsync(int bytes)
    {
        while (proxy.Plan is { Holds: true } plan)
            await plan.Changed;
        if (proxy.Plan is { BytesPerSecond: { } rate } slow)
            await Task.WhenAny(slow.Changed, Task.Delay(TimeSpan.FromSeconds((double)bytes / rate), proxy.Ended));
    }

    private (int May, bool Cut) Allowed(Flow flow, int bytes)
    {
        lock (gate)
        {
            if (limited != flow)
                return (bytes, false);
            var may = (int)Math.Min(left, bytes);
            left -= may;
            return (may, left == 0);
        }
    }
}
