using System.Net;
using System.Net.Sockets;

namespace Fleet.Testing;

/// <summary>Free ports on the loopback address. A port is free when it is returned; nobody else on the machine is kept from taking it.</summary>
public static class Loopback
{
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
