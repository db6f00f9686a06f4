namespace Fleet.Worker.Steps;

/// <summary>What the engine's own context knows of a step beyond <see cref="IStepContext"/>.</summary>
internal interface IStepRecord
{
    /// <summary>The record says that this attempt was begun before this dispatch: its execution is looked at before any other proof.</summary>
    bool WasStarted { get; }

    /// <summary>An earlier attempt of this step left an execution on the zone.</summary>
    Task<bool> RanBeforeAsync(CancellationToken cancellationToken);

    /// <summary>For the executions that follow: every line, from the very first on, after a takeover too. Called in order, never side by side; it must be quick.</summary>
    void OnLine(Action<string>? onLine);
}
