using System.Net;

namespace Fleet.Server.Hardening;

/// <summary>Addresses and networks of proxies, with commas between.</summary>
internal static class ProxyList
{
    public static IReadOnlyList<IPNetwork> Read(string text, ICollection<string> problems)
    {
        var proxies = new List<IPNetwork>();
        foreach (var one in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(one) is { } network)
                proxies.Add(network);
            else
                problems.Add($"Fleet:Access:TrustedProxies has \"{one}\": it takes addresses and networks of your own proxies, with commas between, like 10.0.0.7 and 10.244.0.0/16.");
        }

        return proxies;
    }

    /// <returns>Null: it is neither, or it is everybody: then anybody could say to be anywhere.</returns>
    private static IPNetwork? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
            return null;
        if (slash < 0)
            return One(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        // 10.0.0.7/8 may mean one address or sixteen million.
        return IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 && network.BaseAddress.Equals(address) ? network : null;
    }

    private static IPNetwork One(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);
}
