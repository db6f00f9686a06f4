using System.Net;

namespace Fleet.Server.Access;

/// <summary>Where the server may listen.</summary>
public static class ListenAddress
{
    /// <summary>What is wrong with it, or null.</summary>
    public static string? Problem(string listen, bool allowRemote)
    {
        if (!Uri.TryCreate(listen, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.AbsolutePath != "/" || url.Query.Length > 0)
            return $"Fleet:Listen (--listen) is '{listen}': it takes a URL like http://127.0.0.1:7070.";
        if (allowRemote || url.Scheme == "https" || IsLoopback(url))
            return null;
        return $"Fleet:Listen (--listen) is '{listen}', which others than this machine can reach in clear. Listen on http://127.0.0.1:{url.Port}, or on https with Fleet:Tls:Certificate and Fleet:Tls:Key, or allow it with --allow-remote (Fleet__Access__AllowRemote=true) behind something that encrypts.";
    }

    public static bool IsLoopback(Uri url) => url.Host is "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
