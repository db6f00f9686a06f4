using Fleet.Contracts.Phases;

namespace Fleet.Worker.Artifacts;

/// <summary>Runbooks and packages out of the server, by digest.</summary>
internal interface IArtifactSource
{
    /// <summary>The runbook file's text; its digest was checked.</summary>
    /// <exception cref="ArtifactException">It cannot be had.</exception>
    Task<string> GetRunbookAsync(string digest, CancellationToken cancellationToken);

    /// <summary>The package's bytes, whole and checked, to be read from any place. It is kept for as long as the stream is open.</summary>
    /// <exception cref="ArtifactException">It cannot be had.</exception>
    Task<Stream> OpenPackageAsync(PackageRef package, CancellationToken cancellationToken);
}
