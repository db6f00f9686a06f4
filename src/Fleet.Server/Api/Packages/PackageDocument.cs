using System.Text.Json.Serialization;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Packages;
using Fleet.Orchestration.Rollouts;
using Fleet.Signatures;

namespace Fleet.Server.Api.Packages;

public sealed record PackageDocument
{
    /// <summary><c>installer-qingcloud</c>, with the digest's beginning where that is not unique.</summary>
    public required string Id { get; init; }
    public required string FileName { get; init; }

    /// <summary>Lower-case hex sha-256.</summary>
    public required string Digest { get; init; }

    /// <summary>Bytes; 0 where it lies on the firstboxes and its size is not known here.</summary>
    public required long Size { get; init; }
    public required string Installer { get; init; }
    public required string Qingcloud { get; init; }
    public required string Upgrade { get; init; }
    public string? OnFirstbox { get; init; }
    public DateTimeOffset? AddedAt { get; init; }
    public string? AddedBy { get; init; }

    /// <summary>A name of the list of signers, or the key's fingerprint; null: no signature was given.</summary>
    public string? SignedBy { get; init; }

    /// <summary>The fingerprint of the key that signed, like <c>SHA256:…</c>; null: no signature was given.</summary>
    public string? SigningKey { get; init; }

    /// <summary>The rollouts that the caller sees, newest first; null where packages are listed.</summary>
    public IReadOnlyList<PackageUseDocument>? UsedBy { get; init; }

    public static PackageDocument Of(PackageView view) => Of(view.Package) with
    {
        Id = view.Id,
        AddedAt = view.AddedAt,
        AddedBy = view.AddedBy,
        SignedBy = view.SignedBy,
        SigningKey = view.Signature is { } given ? SshSignature.Parse(given)?.Key.Fingerprint : null,
    };

    public static PackageDocument Of(PackageRef package) => new()
    {
        Id = $"{package.Installer}-{package.Qingcloud}",
        FileName = package.FileName,
        Digest = package.Digest,
        Size = package.Size,
        Installer = package.Installer,
        Qingcloud = package.Qingcloud,
        Upgrade = package.Upgrade,
        OnFirstbox = package.OnFirstbox,
    };
}

/// <summary>A rollout that brings the package to its zones.</summary>
public sealed record PackageUseDocument(Guid Id, string Name, RolloutState State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

/// <param name="Path">Where the file lies on every firstbox.</param>
/// <param name="Upgrade">The upgrade version of the package's version.json; null: the qingcloud version of its name.</param>
/// <param name="Signature">As <c>ssh-keygen -Y sign -O hashalg=sha256</c> writes it, with or without its frame.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record OnFirstboxRequest(string Path, string Sha256, string? Upgrade = null, string? Signature = null);
