namespace Fleet.Contracts.Workers;

/// <summary>A worker's way to the coordinator. A send that fails throws; whoever sends owes it again.</summary>
public interface ICoordinatorLink
{
    /// <summary>To the queue of <see cref="Endpoints"/> of that name.</summary>
    Task SendAsync(string queue, object message, CancellationToken cancellationToken);

    /// <summary>To who asked.</summary>
    /// <param name="address">Where the question says that it waits.</param>
    /// <param name="request">The question's id.</param>
    Task AnswerAsync(Uri address, Guid? request, object message, CancellationToken cancellationToken);
}
