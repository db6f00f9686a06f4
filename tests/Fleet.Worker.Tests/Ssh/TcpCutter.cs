using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Fleet.Worker.Tests.Ssh;

/// <summary>A TCP proxy on the loopback that can reset its connections, or swallow everything without a word.</summary>
public sealed class TcpCutter : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> sockets = [];
    private readonly CancellationTokenSource ended = new();
    private readonly int target;
    private TaskCompletionSource thawed = new();
    private int connections;
    private long passed;

    public TcpCutter(int target)
    {
        this.target = target;
        thawed.SetResult();
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => connections;

    /// <summary>Bytes passed to the server.</summary>
    public long Passed => Interlocked.Read(ref passed);

    /// <summary>Resets what is connected now.</summary>
    public void Cut()
    {
        while (sockets.TryTake(out var socket))
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

    /// <summary>From now on nothing passes and nothing is closed.</summary>
    public void Freeze() => thawed = new TaskCompletionSource();

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        thawed.TrySetResult();
        listener.Stop();
        Cut();
    }

    private async Task AcceptAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            var near = await listener.AcceptSocketAsync(ended.Token);
            var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            near.NoDelay = true;
            sockets.Add(near);
            sockets.Add(far);
            Interlocked.Increment(ref connections);
            await far.ConnectAsync(IPAddress.Loopback, target, ended.Token);
            _ = PassAsync(near, far, count: true);
            _ = PassAsync(far, near, count: false);
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool count)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, ended.Token) is > 0 and var read)
            {
                await thawed.Task;
                if (count)
                    Interlocked.Add(ref passed, read);
                await to.SendAsync(buffer.AsMemory(0, read), ended.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It was cut, or one side went: the other goes too.
            from.Close();
            to.Close();
        }
    }
}
