namespace Fleet.Worker.Signatures;

/// <summary>Signatures of runbooks, out of the server.</summary>
internal interface IRunbookSignatures
{
    /// <returns>As armored text, not looked at; null: there is none.</returns>
    /// <exception cref="Artifacts.ArtifactException">The server cannot be asked.</exception>
    Task<string?> FindAsync(string digest, CancellationToken cancellationToken);
}
