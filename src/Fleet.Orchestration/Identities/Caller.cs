using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Zones;

namespace Fleet.Orchestration.Identities;

/// <summary>Somebody who asks for something, whichever way they came in.</summary>
public sealed record Caller
{
    /// <summary>Whom the audit names: <c>ann</c>; <c>operator/ann</c> where a token is shared and the person's name is told, not proven.</summary>
    public required string Name { get; init; }
    public required Rights Rights { get; init; }

    /// <summary>Where from, as the audit says it: <c>api 10.0.0.7</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Of the token that came with it; null: it was none that was given to a person.</summary>
    public string? TokenId { get; init; }

    /// <summary>When the browser signed in that it came from; null: it came from none.</summary>
    public DateTimeOffset? SessionBegan { get; init; }

    /// <summary>Over some zones at least.</summary>
    public bool May(Permission permission) => Rights.Grants.Any(g => g.Role.Has(permission));

    /// <summary>Over all zones that are there and that will be.</summary>
    public bool MayEverywhere(Permission permission) => Rights.Grants.Any(g => g.Role.Has(permission) && g.Zones == Grant.All);

    /// <summary>Zones over which a permission is given, as they are labelled now.</summary>
    public ZoneScope ScopeOf(Permission permission, IReadOnlyList<InventoryZone> zones) =>
        MayEverywhere(permission) ? ZoneScope.Everything : ZoneScope.Of(Rights.Grants.Where(g => g.Role.Has(permission)).Select(g => g.Zones), zones);

    /// <summary>What cannot be given away by this caller, since the caller has not got it itself; none: all of it can.</summary>
    public IReadOnlyList<Finding> Beyond(Rights rights) =>
    [
        .. rights.Grants.Where(g => !Rights.Grants.Any(own => own.Role.Covers(g.Role) && (own.Zones == Grant.All || own.Zones == g.Zones)))
            .Select(g => Finding.Of("access-beyond-own", ("role", Words.Of(g.Role)), ("zones", g.Zones), ("identity", Name))),
        .. rights.Groups.Where(g => !MayEverywhere(Permission.Admit) && !Rights.Groups.Contains(g)).Select(g => Finding.Of("access-group-beyond-own", ("group", g), ("identity", Name))),
    ];
}
