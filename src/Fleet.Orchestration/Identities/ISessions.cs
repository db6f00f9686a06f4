namespace Fleet.Orchestration.Identities;

/// <summary>
/// Which sessions of browsers still count. Each is in its browser's cookie and nowhere else; kept is, for each person, the moment up to which all that began were ended.
/// </summary>
public interface ISessions
{
    /// <param name="began">By the clock of the server that began it.</param>
    Task<bool> CountsAsync(string person, DateTimeOffset began, CancellationToken cancellationToken);

    /// <summary>Whose sessions were ended, the newest first.</summary>
    Task<IReadOnlyList<EndedSessions>> ListAsync(CancellationToken cancellationToken);

    /// <summary>All sessions of a person that began before now, in whatever browser. One's own, or anybody's for an admin over all zones.</summary>
    Task<Result<EndedSessions>> EndAsync(string person, Caller caller, CancellationToken cancellationToken);
}

/// <param name="Name">The person, in small letters: a provider may tell them either way.</param>
/// <param name="At">What began by then counts no longer.</param>
public sealed record EndedSessions(string Name, DateTimeOffset At, string By);
