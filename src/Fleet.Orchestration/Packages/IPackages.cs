using Fleet.Contracts.Phases;

namespace Fleet.Orchestration.Packages;

/// <summary>What is known of the installer packages. Their bytes lie where the server keeps them, by digest.</summary>
public interface IPackages
{
    Task<IReadOnlyList<PackageView>> ListAsync(CancellationToken cancellationToken);

    /// <param name="id">A digest, an unambiguous prefix of one (4 characters or more), a file name, or <c>installer-qingcloud</c> like <c>4.3.2-20261101</c>.</param>
    Task<Result<PackageView>> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Adding the same digest again changes nothing but the signature, where one is given, and is well.</summary>
    Task<Result<PackageView>> AddAsync(PackageRef package, Detached? signature, string actor, CancellationToken cancellationToken);

    /// <summary>Refused while a rollout that has not ended uses it.</summary>
    Task<Result<PackageView>> RemoveAsync(string id, string actor, CancellationToken cancellationToken);
}

public sealed record PackageView
{
    /// <summary><c>installer-qingcloud</c> where that is unique, else with the digest's first 8 characters behind it.</summary>
    public required string Id { get; init; }
    public required PackageRef Package { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
    public required string AddedBy { get; init; }

    /// <summary>Null: nobody.</summary>
    public string? SignedBy { get; init; }

    /// <summary>Armored; null: none was given.</summary>
    public string? Signature { get; init; }
}
