using System.Net;
using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Chat.Sending;

/// <summary>Key <c>Fleet:Chat:PrivateTargets</c>: networks of the house that URLs people set may lead to.</summary>
internal static class PrivateTargets
{
    /// <param name="problems">Gets all that is wrong: the key, the value, what is allowed.</param>
    public static IReadOnlyList<IPNetwork> Read(IConfiguration configuration, ICollection<string> problems)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in (configuration["Fleet:Chat:PrivateTargets"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(text, out var network))
                networks.Add(network);
            else
                problems.Add($"Fleet:Chat:PrivateTargets has \"{text}\": it takes networks with commas between, like 10.20.0.0/16,fd12:3456::/48.");
        }

        return networks;
    }
}
