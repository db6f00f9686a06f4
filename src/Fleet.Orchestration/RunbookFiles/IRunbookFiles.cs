namespace Fleet.Orchestration.RunbookFiles;

/// <summary>Runbook files as added, kept by digest for ever: a rollout keeps the one it was started with.</summary>
public interface IRunbookFiles
{
    Task<IReadOnlyList<RunbookFileView>> ListAsync(CancellationToken cancellationToken);

    /// <param name="id">A name (its newest file), a digest or an unambiguous prefix of one.</param>
    Task<Result<RunbookFileView>> FindAsync(string id, CancellationToken cancellationToken);

    Task<byte[]?> ContentAsync(string digest, CancellationToken cancellationToken);

    /// <returns>Armored; null: there is none.</returns>
    Task<string?> SignatureAsync(string digest, CancellationToken cancellationToken);

    /// <summary>Validates and stores. The same bytes again change nothing but the signature, where one is given, and are well.</summary>
    Task<Result<RunbookFileView>> AddAsync(byte[] content, Detached? signature, string actor, CancellationToken cancellationToken);
}

public sealed record RunbookFileView
{
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required string Digest { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
    public required string AddedBy { get; init; }
    public bool BuiltIn { get; init; }

    /// <summary>Null: nobody.</summary>
    public string? SignedBy { get; init; }
}
