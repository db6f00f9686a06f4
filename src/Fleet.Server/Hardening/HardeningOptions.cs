using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Hardening;

/// <summary>Keys under <c>Fleet:Access</c>: what the server puts up with.</summary>
public sealed class HardeningOptions
{
    /// <summary>Names that the server is called by, in a request's Host, besides those of this machine's loopback. None: where requests come from other machines, every name.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Key <c>TrustedProxies</c>: who is believed that a request came from somewhere else (X-Forwarded-For). None: nobody.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Of one identity from one address, sustained; twenty times as many at once. 1 … 100 000.</summary>
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>Requests with an unknown token from one address. 1 … 10 000.</summary>
    public int FailedSignInsPerMinute { get; init; } = 30;

    /// <param name="problems">Gets all that is wrong: the key, the value, what is allowed.</param>
    public static HardeningOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var otherwise = new HardeningOptions();
        var hosts = (configuration["Fleet:Access:AllowedHosts"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var wrong in hosts.Where(h => Uri.CheckHostName(h.Trim('[', ']')) == UriHostNameType.Unknown))
            problems.Add($"Fleet:Access:AllowedHosts has \"{wrong}\": it takes names and addresses without port, with commas between, like fleet.example.com.");
        return new HardeningOptions
        {
            AllowedHosts = hosts,
            TrustedProxies = ProxyList.Read(configuration["Fleet:Access:TrustedProxies"] ?? "", problems),
            RequestsPerSecond = Number("RequestsPerSecond", otherwise.RequestsPerSecond, 100_000),
            FailedSignInsPerMinute = Number("FailedSignInsPerMinute", otherwise.FailedSignInsPerMinute, 10_000),
        };

        int Number(string key, int usual, int most)
        {
            if (configuration[$"Fleet:Access:{key}"] is not { Length: > 0 } text)
                return usual;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most)
                return number;
            problems.Add($"Fleet:Access:{key} is \"{text}\": it takes numbers from 1 to {most}.");
            return usual;
        }
    }
}
