using System.Net;
using System.Net.Sockets;

namespace Fleet.Worker.Tests.Executions;

/// <summary>A TCP proxy before the sshd that resets each connection after so many bytes came from the far side.</summary>
internal sealed class ResettingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int> _bytesUntilReset;
    private readonly int _target;
    private readonly Task _accepting;
    private int _resets;

    public ResettingProxy(int target, Func<int> bytesUntilReset)
    {
        (_target, _bytesUntilReset) = (target, bytesUntilReset);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Resets => _resets;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var carried = new List<Task>();
        try
        {
            while (true)
                carried.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(carried);
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                await Task.WhenAny(
                    CopyAsync(near.GetStream(), far.GetStream(), int.MaxValue),
                    CopyAsync(far.GetStream(), near.GetStream(), _bytesUntilReset()));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // Cut is what it is for.
            }

            near.LingerState = new LingerOption(enable: true, seconds: 0);
            far.LingerState = new LingerOption(enable: true, seconds: 0);
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, int limit)
    {
        var buffer = new byte[8 * 1024];
        try
        {
            for (var left = limit; left > 0;)
            {
                var read = await from.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)), _stop.Token);
                if (read == 0)
                    return;
                left -= read;
                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }

            Interlocked.Increment(ref _resets);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            // Cut from the other side.
        }
    }
}
