using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Chat;

/// <summary>Where a chat is, and which of the addresses that it gives out are its own.</summary>
/// <param name="Api">Ends with a slash.</param>
/// <param name="Domains">The maker's.</param>
internal sealed record VendorHost(Uri Api, IReadOnlyList<string> Domains)
{
    /// <summary>Encrypted and the maker's; on this machine only where the API is, too.</summary>
    public bool Takes(Uri url) => url.UserInfo.Length == 0 && ((url.Scheme is "https" or "wss" && IsOf(url.Host, Domains)) || (Api.IsLoopback && url.IsLoopback && url.Scheme is "http" or "https" or "ws" or "wss"));

    /// <param name="usual">Where the setting is empty.</param>
    /// <param name="problems">Gets all that is wrong: the key, the value, what is allowed.</param>
    public static VendorHost Read(IConfigurationSection section, string usual, IReadOnlyList<string> domains, ICollection<string> problems)
    {
        var text = section["Api"] is { Length: > 0 } given ? given : usual;
        if (Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && ((url.Scheme == "https" && IsOf(url.Host, domains)) || (url.IsLoopback && url.Scheme is "http" or "https")))
            return new VendorHost(url, domains);
        problems.Add($"{section.Path}:Api is \"{text}\": it takes an https URL of {string.Join(" or ", domains)}, like {usual}, or for tests one of this machine.");
        return new VendorHost(new Uri(usual), domains);
    }

    private static bool IsOf(string host, IReadOnlyList<string> domains) => domains.Any(d => host.Equals(d, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{d}", StringComparison.OrdinalIgnoreCase));
}
