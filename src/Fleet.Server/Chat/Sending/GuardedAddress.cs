using System.Net;
using System.Net.Sockets;

namespace Fleet.Server.Chat.Sending;

/// <summary>Which addresses a URL that somebody set may lead to: those of the internet, and what the site allows. Else a webhook would be a way into the house's own network.</summary>
internal static class GuardedAddress
{
    /// <summary>Where clouds hand out credentials: never, whatever is allowed.</summary>
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("169.254.169.254"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16"), IPAddress.Parse("fd00:ec2::254")];

    private static readonly IPNetwork[] Inner =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/9", "ff00::/8",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    /// <param name="allowed">Networks of the house that may be reached nonetheless.</param>
    public static bool IsAllowed(IPAddress address, IReadOnlyList<IPNetwork> allowed)
    {
        var real = Carried(address);
        if (Metadata.Contains(real))
            return false;
        return !Inner.Any(n => n.Contains(real)) || allowed.Any(n => n.Contains(real));
    }

    /// <summary>An IPv4 address within an IPv6 one (mapped, NAT64, 6to4) is what is reached in the end.</summary>
    private static IPAddress Carried(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (IPNetwork.Parse("64:ff9b::/96").Contains(address))
            return new IPAddress(bytes.AsSpan(12, 4));
        return bytes is [0x20, 0x02, ..] ? new IPAddress(bytes.AsSpan(2, 4)) : new IPAddress(bytes);
    }
}
