using System.Net;
using Npgsql;

namespace Fleet.Orchestration.Store;

/// <summary>The way to a database on another machine is encrypted and its name verified, or it is not gone: a connection string that says nothing of it gets <c>VerifyFull</c>.</summary>
internal static class StoreEncryption
{
    /// <param name="ca">Key <c>Fleet:Store:Ca</c>: a PEM file with the authority of the database's certificate; null: those that this machine trusts.</param>
    /// <param name="allowPlain">Key <c>Fleet:Store:AllowPlain</c>: something else encrypts the way.</param>
    /// <param name="problems">Gets what is wrong; a connection string holds a password and is not shown.</param>
    /// <returns>The connection string to use.</returns>
    public static string Apply(string connection, string? ca, bool allowPlain, ICollection<string> problems)
    {
        NpgsqlConnectionStringBuilder parts;
        try
        {
            parts = new NpgsqlConnectionStringBuilder(connection);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            problems.Add($"Fleet:Store:ConnectionString is no connection string: {e.Message}");
            return connection;
        }

        if (ca is not null)
        {
            if (!File.Exists(ca))
                problems.Add($"Fleet:Store:Ca is \"{ca}\", which cannot be read; it takes a PEM file with the authority's certificate.");
            parts.RootCertificate = ca;
        }

        var far = (parts.Host ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(h => !IsHere(h)).ToList();
        if (far.Count > 0 && !allowPlain)
        {
            if (parts.SslMode == SslMode.Prefer)
                parts.SslMode = SslMode.VerifyFull;
            else if (parts.SslMode != SslMode.VerifyFull)
                problems.Add($"Fleet:Store:ConnectionString has SSL Mode={parts.SslMode} for {string.Join(", ", far)}; another machine takes SSL Mode=VerifyFull, and Fleet__Store__Ca for an authority of your own. Where something else encrypts the way, Fleet__Store__AllowPlain=true says so.");
        }

        return parts.ConnectionString;
    }

    /// <summary>A name with a port, an address of this machine, or the folder of a socket.</summary>
    private static bool IsHere(string host)
    {
        if (host.StartsWith('/') || host.StartsWith('@'))
            return true;
        var name = host.StartsWith('[') && host.IndexOf(']', StringComparison.Ordinal) is > 0 and var end ? host[1..end] : host.Count(c => c == ':') == 1 ? host[..host.IndexOf(':', StringComparison.Ordinal)] : host;
        return name is "localhost" || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }
}
