using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Zones;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Access;

/// <summary>What the caller of this request sees and may, over the zones as they are labelled now.</summary>
internal sealed class Sight(IHttpContextAccessor http, IZones zones, ITokens tokens, ISessions sessions)
{
    private readonly Dictionary<Permission, ZoneScope> _scopes = [];

    public Caller Caller => http.HttpContext?.User.AsCaller() ?? throw new InvalidOperationException("A request reached the API without an identity.");

    public ValueTask<ZoneScope> SeenAsync(CancellationToken cancellationToken) => OfAsync(Permission.Read, cancellationToken);

    public async ValueTask<ZoneScope> OfAsync(Permission permission, CancellationToken cancellationToken)
    {
        if (!_scopes.TryGetValue(permission, out var scope))
            _scopes[permission] = scope = Caller.MayEverywhere(permission) ? ZoneScope.Everything : Caller.ScopeOf(permission, [.. (await zones.ListAsync(null, cancellationToken)).Select(z => z.Zone)]);
        return scope;
    }

    /// <summary>For what goes on for long: labels may be others now, and the token or the session ended.</summary>
    /// <returns>False: the caller no longer counts.</returns>
    public async Task<bool> LookAgainAsync(CancellationToken cancellationToken)
    {
        _scopes.Clear();
        if (Caller.SessionBegan is { } began && !await sessions.CountsAsync(Caller.Name, began, cancellationToken))
            return false;
        return Caller.TokenId is not { } id || await tokens.CountsAsync(id, cancellationToken);
    }
}
