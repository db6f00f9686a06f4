using Fleet.Contracts.Decisions;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Access;

/// <summary>Why somebody was not let in, kept until it is told.</summary>
internal static class Why
{
    private static readonly object Key = new();

    public static void Set(HttpContext http, Finding finding) => http.Items[Key] = finding;

    public static Finding? Of(HttpContext http) => http.Items[Key] as Finding;
}
