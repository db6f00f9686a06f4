using System.Net;
using System.Net.Sockets;

namespace Fleet.Testing;

/// <summary>Free ports on the loopback address.</summary>
public static class Loopback
{
    // Below the range that outgoing connections use, and above the one that the zone lab takes its ports from.
    private const int First = 24_000;
    private const int Last = 32_000;

    private static readonly List<FileStream> Claims = [];
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"fleet-test-ports-{Environment.UserName}")).FullName;

    /// <summary>A port that nothing listens on and that no other test on this machine is given while this process lives; so it stays free through a server's restart, too.</summary>
    public static int FreePort()
    {
        lock (Claims)
        {
            for (var tries = 0; tries < 20_000; tries++)
            {
                var port = Random.Shared.Next(First, Last);
                if (Claim(port) is not { } claim)
                    continue;
                Claims.Add(claim);
                if (IsFree(port))
                    return port;
            }
        }

        throw new InvalidOperationException($"No free loopback port between {First} and {Last}.");
    }

    /// <summary>The file's lock ends with this process.</summary>
    private static FileStream? Claim(int port)
    {
        try
        {
            return new FileStream(Path.Combine(Folder, port.ToString()), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
