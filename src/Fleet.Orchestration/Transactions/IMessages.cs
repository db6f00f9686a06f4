namespace Fleet.Orchestration.Transactions;

/// <summary>Sends what a commit left to send. Never throws: what cannot be sent stays owed.</summary>
internal interface IMessages
{
    Task SendAsync(Outgoing outgoing, CancellationToken cancellationToken);
}
