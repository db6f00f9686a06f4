using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Checks;

/// <summary>A step's hands where a zone is only looked at: it reads over the connection, without the remote runner, and changes nothing.</summary>
internal sealed class CheckContext(ExecutePhase command, Runbook runbook, Phase phase, Step step, IReadOnlyDictionary<string, string> facts, IRemoteShell shell, TimeProvider time) : IStepContext
{
    /// <summary>Of what a command printed, as many bytes from its end are looked at.</summary>
    private const int TailBytes = 256 * 1024;

    public ExecutePhase Command => command;
    public Runbook Runbook => runbook;
    public Phase Phase => phase;
    public Step Step => step;
    public int Attempt => 1;
    public IReadOnlyDictionary<string, string> Parameters { get; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Facts => facts;
    public DateTimeOffset Now => time.GetUtcNow();

    public GuardState? Guard(string name) => null;

    public Task<RemoteResult> ReadAsync(string script, CancellationToken cancellationToken) => shell.RunAsync(script, cancellationToken);

    public string Expand(string command)
    {
        try
        {
            return CommandText.Expand(command, runbook.Settings, facts, Command.Package);
        }
        catch (KeyNotFoundException e)
        {
            throw new PhaseHoldException(Finding.Of("placeholder-unknown", ("name", e.Message), ("step", step.Name)));
        }
        catch (UnsafeValueException e)
        {
            throw new PhaseHoldException(Finding.Of("placeholder-unsafe", ("name", e.Name), ("step", step.Name)));
        }
    }

    public string Setting(string name) =>
        runbook.Settings.TryGetValue(name, out var value) ? value : throw new PhaseHoldException(Finding.Of("setting-missing", ("name", name), ("step", step.Name)));

    /// <summary>The vendor's own read commands: they write their log and result files, and nothing else.</summary>
    public async Task<ExecutionOutcome> ExecuteAsync(string script, CancellationToken cancellationToken, string part = "main", GuardState? guard = null)
    {
        if (step.Changes || guard is not null)
            throw new LooksOnlyException(step.Name);
        var startedAt = Now;
        var read = await shell.RunAsync(script, cancellationToken);
        var text = read.Text;
        return new ExecutionOutcome(ExecutionEnd.Exited, read.ExitCode, text.Length <= TailBytes ? text : text[^TailBytes..], read.Output.Length, false, startedAt, []);
    }

    public Task<FencedReply> ChangeAsync(string script, CancellationToken cancellationToken, GuardState? guard = null) => throw new LooksOnlyException(step.Name);

    public IWatches Watches => throw new LooksOnlyException(step.Name);

    public Task<UploadOutcome> UploadPackageAsync(string remotePath, CancellationToken cancellationToken) => throw new LooksOnlyException(step.Name);

    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, time, cancellationToken);

    public void Progress(string what, long? done = null, long? total = null)
    {
        // Nobody watches a check step by step.
    }
}
