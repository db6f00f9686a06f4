using System.Net;
using System.Net.Sockets;

namespace Fleet.ZoneLab;

/// <summary>Free loopback ports below the range that outgoing connections use, so that a zone's port is still free after its reboot.</summary>
internal static class Ports
{
    private static readonly HashSet<int> Taken = [];

    public static int[] Take(int count)
    {
        var ports = new List<int>(count);
        lock (Taken)
        {
            for (var tries = 0; ports.Count < count; tries++)
            {
                if (tries > 20_000)
                    throw new InvalidOperationException("No free loopback port between 12000 and 24000.");
                var port = Random.Shared.Next(12_000, 24_000);
                if (!Taken.Contains(port) && IsFree(port))
                {
                    Taken.Add(port);
                    ports.Add(port);
                }
            }
        }
        return [.. ports];
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
