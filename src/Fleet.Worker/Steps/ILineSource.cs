namespace Fleet.Worker.Steps;

/// <summary>A context that can hand over an execution's lines while it runs, from its very first line, after a takeover too.</summary>
internal interface ILineSource
{
    /// <summary>For the executions that follow. Called in order, never side by side; it must be quick.</summary>
    void OnLine(Action<string>? onLine);
}
