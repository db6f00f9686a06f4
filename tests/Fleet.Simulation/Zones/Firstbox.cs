using Fleet.Checking;
using Fleet.Simulation.Scheduling;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;

namespace Fleet.Simulation.Zones;

/// <summary>A firstbox with its nodes and the remote runner's record, which outlives reboots.</summary>
internal sealed class Firstbox(World world, string name)
{
    private static readonly string[] Nodes = ["hyper1", "hyper2", "hyper3"];

    private readonly Dictionary<string, ZoneRun> _runs = [];
    private readonly List<FirstboxLink> _links = [];
    private readonly HashSet<string> _flagged = [];
    private SimProcess _process = new($"zone {name}", world.Scheduler);
    private int _boots = 1;

    public World World => world;
    public string Name => name;
    public IReadOnlyList<string> Hypers => Nodes;
    public string BootId => $"boot-{_boots}";
    public long Fence { get; set; }
    public string? Installation { get; set; }
    public bool IsUp { get; private set; } = true;

    public IReadOnlyList<string> Flagged => [.. Nodes.Where(_flagged.Contains)];
    public IReadOnlyList<string> Unflagged => [.. Nodes.Where(n => !_flagged.Contains(n))];
    public IEnumerable<ZoneRun> Runs => _runs.Values;

    /// <summary>What the zone is busy with: it runs, or nobody knows what became of it.</summary>
    public ZoneRun? Active => _runs.Values.FirstOrDefault(r => r.State is ExecutionState.Running || (r.State is ExecutionState.Lost or ExecutionState.Orphan && r.Verdict is null));

    public ZoneRun? Find(string id) => _runs.GetValueOrDefault(id);

    public void Later(TimeSpan time, Action action) => world.Scheduler.After(time, _process, action);

    public void Add(FirstboxLink link) => _links.Add(link);

    public void SetFlags(bool there)
    {
        foreach (var node in Nodes.Skip(there && world.Sabotage == Sabotage.GuardSkipsANode ? 1 : 0))
            _ = there ? _flagged.Add(node) : _flagged.Remove(node);
    }

    public ZoneRun Start(StartExecution start)
    {
        var parsed = ExecutionIds.Parse(start.ExecutionId)!;
        world.Tell(new ExecutionBegan(world.Now, name, start.ExecutionId, parsed.ZoneUpgradeId, parsed.Step, parsed.Attempt));
        var run = new ZoneRun(this, start.ExecutionId, Scripts.For(CommandOf(start.Script), world.Chaos, world.Random));
        _runs[start.ExecutionId] = run;
        Later(TimeSpan.FromMilliseconds(5), run.Begin);
        if (world.Chaos.Strikes(Fault.Reboot))
            Later(TimeSpan.FromSeconds(world.Random.Next(25)), Reboot);
        return run;
    }

    public void Reboot()
    {
        world.Tell(new Happened(world.Now, name, "reboots"));
        _process.Kill();
        _process = new SimProcess($"zone {name}", world.Scheduler);
        _boots++;
        IsUp = false;
        foreach (var run in _runs.Values)
            run.Lose();
        CutLinks();
        Later(TimeSpan.FromSeconds(20), () => IsUp = true);
    }

    public void CutLinks()
    {
        foreach (var link in _links)
            link.Cut();
        _links.Clear();
    }

    private static string CommandOf(string script)
    {
        var at = script.IndexOf("sim ", StringComparison.Ordinal);
        var rest = script[(at + 4)..];
        var end = rest.AsSpan().IndexOfAny(' ', '\n');
        return end < 0 ? rest : rest[..end];
    }
}
