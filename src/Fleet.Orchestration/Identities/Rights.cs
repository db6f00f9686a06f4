using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.Orchestration.Identities;

/// <summary>What somebody may do. Each role has the permissions that <see cref="Permissions"/> lists.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<Role>))]
public enum Role
{
    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Starts, steers and answers; reads too.</summary>
    Operator,

    /// <summary>Approves and rejects what waits for approval; reads too.</summary>
    Approver,

    /// <summary>All of it, and who may what.</summary>
    Admin,

    /// <summary>Fetches runbooks and packages by digest; nothing else.</summary>
    Worker,
}

/// <summary>A role over the zones that a selector means, in the language of <c>--zones</c>: <c>all</c>, names, or labels.</summary>
public sealed record Grant(Role Role, string Zones)
{
    /// <summary>Zones that are there and zones that will be.</summary>
    public const string All = "all";
}

/// <summary>What an identity brings with it. Nothing is allowed that no grant allows.</summary>
public sealed record Rights
{
    public static Rights None { get; } = new();

    public IReadOnlyList<Grant> Grants { get; init; } = [];

    /// <summary>Groups that the person belongs to, as a strategy's approvals name them.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    public static Rights Of(Role role, string zones = Grant.All) => new() { Grants = [new Grant(role, zones)] };
}
