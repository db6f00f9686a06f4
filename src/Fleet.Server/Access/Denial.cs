using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Identities;

namespace Fleet.Server.Access;

/// <summary>Why somebody may not, and what would be needed.</summary>
internal static class Denial
{
    public static Finding Of(Caller caller, Need need) =>
        Of(caller.Name, need.Permission, need.Scope == ScopeOf.Everything && caller.May(need.Permission) ? "access-not-everywhere" : "access-not-allowed");

    public static Finding Of(string identity, Permission permission, string code = "access-not-allowed") =>
        Finding.Of(code, ("identity", identity), ("roles", string.Join(" / ", Enum.GetValues<Role>().Where(r => r.Has(permission)).Select(r => r.ToString().ToLowerInvariant()))));
}
