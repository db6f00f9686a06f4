using Renci.SshNet;

namespace Fleet.Worker.Ssh;

/// <summary>
/// The near end of a jump: a loopback port that leads through a bastion to the next hop. The library offers no jump without a port; so it takes exactly as many connections as are expected, and turns others away.
/// A stranger on this machine who is faster gains only what the bastion's network gives, and our own connection fails and is tried again; host keys are checked at the far end in any case.
/// </summary>
internal sealed class JumpPort : IDisposable
{
    private readonly SshClient bastion;
    private readonly ForwardedPortLocal port;
    private int expected;

    private JumpPort(SshClient bastion, string bastionName, ForwardedPortLocal port)
    {
        this.bastion = bastion;
        this.port = port;
        BastionName = bastionName;
    }

    public string BastionName { get; }

    public static JumpPort Open(SshClient bastion, string bastionName, string host, int port)
    {
        var jump = new JumpPort(bastion, bastionName, new ForwardedPortLocal("127.0.0.1", host, (uint)port));
        jump.port.RequestReceived += (_, _) => jump.Take();
        ThreadRoom.Take();
        try
        {
            bastion.AddForwardedPort(jump.port);
            jump.port.Start();
            return jump;
        }
        catch
        {
            jump.Dispose();
            throw;
        }
    }

    /// <summary>One connection is about to be made. Returns the port.</summary>
    public int Expect()
    {
        Interlocked.Increment(ref expected);
        return (int)port.BoundPort;
    }

    public void Dispose()
    {
        try
        {
            port.Dispose();
            bastion.RemoveForwardedPort(port);
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            // The bastion's connection went first and took the port along.
        }

        ThreadRoom.GiveBack();
    }

    private void Take()
    {
        if (Interlocked.Decrement(ref expected) >= 0)
            return;
        Interlocked.Increment(ref expected);
        // The library closes the connection on an exception here.
        throw new InvalidOperationException("Nobody is expected on this port now.");
    }
}
