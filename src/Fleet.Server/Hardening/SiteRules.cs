namespace Fleet.Server.Hardening;

/// <summary>Whether a browser sent a request for a page of another site. What is no browser sends neither header.</summary>
internal static class SiteRules
{
    /// <param name="fetchSite">Sec-Fetch-Site; null: not sent.</param>
    /// <param name="origin">Origin; null: not sent.</param>
    /// <param name="scheme">As the server was called.</param>
    /// <param name="host">As the server was called, with its port.</param>
    public static bool IsForeign(string? fetchSite, string? origin, string scheme, string host)
    {
        if (fetchSite is not (null or "same-origin" or "none"))
            return true;
        // Behind something that encrypts, the browser says https and the server was called by http: the name and port are what counts.
        return origin is not null && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || !Same(from, scheme, host));
    }

    private static bool Same(Uri from, string scheme, string host) =>
        from.Authority.Equals(host, StringComparison.OrdinalIgnoreCase)
        || (Uri.TryCreate($"{scheme}://{host}", UriKind.Absolute, out var called) && from.Host == called.Host && from.Port == called.Port);
}
