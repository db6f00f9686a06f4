using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Access;

/// <summary>Where a request comes from, as the audit says it.</summary>
internal static class CallSource
{
    public static string Of(HttpContext http, string way = "api")
    {
        var address = http.Connection.RemoteIpAddress;
        return $"{way} {(address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "?"}";
    }
}
