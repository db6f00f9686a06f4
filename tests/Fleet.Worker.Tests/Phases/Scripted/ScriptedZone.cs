using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Phases.Scripted;

/// <summary>
/// A firstbox whose commands are delegates, with the runner's promises kept in memory: at most one start per id, output by offset, answers by offset, a fence. Links to it can be cut.
/// Only for the engine's own tests; the runner and SSH have real ones.
/// </summary>
internal sealed class ScriptedZone : IFirstboxes
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ScriptedExecution> _executions = [];
    private readonly Dictionary<string, Func<ScriptedTerminal, Task<int>>> _commands = [];
    private readonly Dictionary<string, string> _reads = [];
    private readonly List<ScriptedLink> _links = [];

    public string BootId { get; set; } = "boot-1";
    public long Fence { get; set; }
    public string? Installation { get; set; }
    public bool Refuses { get; set; }

    /// <summary>No connection can be made; what runs goes on.</summary>
    public bool Away { get; set; }

    /// <summary>Connections are taken and nothing is said before its end; null: at once.</summary>
    public Task? Silence { get; set; }

    /// <summary>A cancel is answered once this has ended; what it cancels ends before.</summary>
    public Task CancelReplies { get; set; } = Task.CompletedTask;

    /// <summary>What happened to the zone, in order.</summary>
    public List<string> Journal { get; } = [];

    public int Connects { get; private set; }

    /// <summary>A command whose text contains this runs so.</summary>
    public void On(string command, Func<ScriptedTerminal, Task<int>> run) => _commands[command] = run;

    public void On(string command, string output, int exit = 0) => On(command, async terminal =>
    {
        await terminal.PrintAsync(output);
        return exit;
    });

    /// <summary>A read whose script contains this gives that.</summary>
    public void OnRead(string part, string output) => _reads[part] = output;

    public ScriptedExecution? Execution(string id)
    {
        lock (_lock)
            return _executions.GetValueOrDefault(id);
    }

    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_lock)
                return [.. _executions.Keys];
        }
    }

    public IReadOnlyList<ScriptedExecution> Executions
    {
        get
        {
            lock (_lock)
                return [.. _executions.Values];
        }
    }

    /// <summary>All links break at once; what runs goes on.</summary>
    public void CutLinks()
    {
        List<ScriptedLink> links;
        lock (_lock)
        {
            links = [.. _links];
            _links.Clear();
        }
        foreach (var link in links)
            link.Cut();
    }

    public async Task<IRemoteShell> ConnectAsync(string zone, FirstboxConnection connection, CancellationToken cancellationToken)
    {
        if (Silence is { } silence)
            await silence.WaitAsync(cancellationToken);
        if (Refuses)
            throw new SshLinkException(Finding.Of("ssh-refused", ("zone", zone)), transient: false);
        if (Away)
            throw new SshLinkException(Finding.Of("ssh-unreachable", ("zone", zone), ("why", "refused")), transient: true);
        lock (_lock)
        {
            Connects++;
            var link = new ScriptedLink(this);
            _links.Add(link);
            return link;
        }
    }

    public Task<FirstboxProbed> ProbeAsync(ProbeFirstbox probe, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Note(string what)
    {
        lock (_lock)
            Journal.Add(what);
    }

    public string Read(string script) => _reads.FirstOrDefault(r => script.Contains(r.Key, StringComparison.Ordinal)).Value ?? "";

    public ScriptedExecution? Start(StartExecution start)
    {
        lock (_lock)
        {
            if (_executions.TryGetValue(start.ExecutionId, out var known))
                return known;
            var command = _commands.FirstOrDefault(c => start.Script.Contains(c.Key, StringComparison.Ordinal));
            if (command.Value is null)
                return null;
            Journal.Add($"run {command.Key}");
            return _executions[start.ExecutionId] = new ScriptedExecution(command.Value);
        }
    }
}
