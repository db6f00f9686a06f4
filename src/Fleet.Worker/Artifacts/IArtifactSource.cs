namespace Fleet.Worker.Artifacts;

/// <summary>Runbooks out of the server, by digest.</summary>
internal interface IArtifactSource
{
    /// <summary>The runbook file's text; its digest was checked.</summary>
    Task<string> GetRunbookAsync(string digest, CancellationToken cancellationToken);
}
