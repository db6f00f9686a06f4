namespace Fleet.Worker.Phases.Reports;

/// <summary>Where the coordinator listens. A send that fails throws; whoever sends owes it again.</summary>
internal interface ICoordinatorLink
{
    /// <summary>To the queue of <see cref="Contracts.Workers.Endpoints"/> of that name.</summary>
    Task SendAsync(string queue, object message, CancellationToken cancellationToken);
}
