using Fleet.Orchestration.Identities;
using Microsoft.AspNetCore.Authorization;

namespace Fleet.Server.Access;

/// <summary>Who may do what.</summary>
internal static class Policies
{
    public const string Read = nameof(Read);
    public const string Change = nameof(Change);

    /// <summary>Runbooks and packages by digest.</summary>
    public const string Fetch = nameof(Fetch);

    public static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(Read, p => p.RequireRole(nameof(IdentityRole.Reader), nameof(IdentityRole.Operator)));
        options.AddPolicy(Change, p => p.RequireRole(nameof(IdentityRole.Operator)));
        options.AddPolicy(Fetch, p => p.RequireRole(nameof(IdentityRole.Worker), nameof(IdentityRole.Operator)));
    }
}
