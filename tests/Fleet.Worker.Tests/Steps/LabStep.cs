using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;
using Fleet.Worker.Steps.Guards;
using Fleet.ZoneLab;

namespace Fleet.Worker.Tests.Steps;

/// <summary>One zone upgrade's steps against a simulated zone, over real SSH and the real runner, with what the coordinator would remember between them.</summary>
internal sealed class LabStep(Lab simulation, LabZone zone, IRemoteShell shell) : IAsyncDisposable, IWatches
{
    public const string Installation = "fleet-tests";
    private readonly Dictionary<string, int> _attempts = [];
    private readonly RemoteRunner _runner = new(shell, TimeProvider.System);
    private readonly Guid _id = Guid.NewGuid();
    private bool _attached;

    public Dictionary<string, string> Facts { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, GuardState> Guards { get; } = new(StringComparer.Ordinal);
    public List<LedgerEntry> Ledger { get; } = [];
    public List<Debt> Debts { get; } = [];

    /// <summary>Guards as the record had them when an execution was started.</summary>
    public List<GuardState> RecordedBefore { get; } = [];

    /// <summary>What the inventory allows; the firstbox takes seconds.</summary>
    public TimeSpan? DeadMan { get; set; }

    public LabZone Zone => zone;
    public Guid ZoneUpgradeId => _id;
    public IReadOnlyList<string> Nodes => zone.Shape.Nodes.Select(n => n.Name).ToList();
    public IEnumerable<string> Commands => zone.Journal().Where(e => e.What == "begin").Select(e => e.Command);

    public Dictionary<string, string> Options { get; } = [];

    /// <summary>Runs one step of the built-in runbook. Its facts, guard and debts are kept; a new attempt begins with each answer.</summary>
    public async Task<StepResult> RunAsync(string phase, string step, Dictionary<string, string>? answer = null)
    {
        if (!_attached)
        {
            (await _runner.AttachAsync(new AttachZone(1, Installation), Token)).Refusal.ShouldBe(Refusal.None);
            _attached = true;
        }

        return await RunAsync(phase, step, _attempts[step] = _attempts.GetValueOrDefault(step) + 1, LedgerState.Open, answer);
    }

    /// <summary>What a worker does that takes this step over while its execution runs: the record says that it was started.</summary>
    public Task<StepResult> TakeOverAsync(string phase, string step) => RunAsync(phase, step, _attempts[step], LedgerState.Started, null);

    /// <summary>The step's newest execution leaves nothing but that it ran.</summary>
    public async Task CleanAsync(string step) =>
        (await _runner.CleanAsync(ExecutionIds.For(_id, step, _attempts[step], "main"), 1, Token)).Refusal.ShouldBe(Refusal.None);

    private async Task<StepResult> RunAsync(string phase, string step, int attempt, LedgerState state, Dictionary<string, string>? answer)
    {
        var runbook = LabSteps.Runbook;
        var found = runbook.FindPhase(phase)!.FindStep(step)!;
        found = found with { With = found.With.Concat(Options).GroupBy(o => o.Key).ToDictionary(o => o.Key, o => o.Last().Value) };
        var entry = new LedgerEntry { Phase = phase, Step = step, Attempt = attempt, State = state, ExecutionId = state == LedgerState.Started ? ExecutionIds.For(_id, step, attempt, "main") : null, Parameters = answer ?? [] };
        Ledger.Add(entry);
        var context = new Context(this, runbook, runbook.FindPhase(phase)!, found, attempt, answer ?? []);
        var result = await new StepKinds(StepKinds.BuiltIn).Find(found.Kind)!.RunAsync(context, Token);
        Ledger.Remove(entry);
        Ledger.Add(entry with { State = result.Outcome == StepOutcome.Succeeded ? LedgerState.Succeeded : LedgerState.Failed });
        foreach (var (name, value) in result.Facts)
            Facts[name] = value;
        if (result.Guard is { } guard)
            Guards[guard.Name] = guard;
        Debts.AddRange(result.Debts);
        return result;
    }

    public async Task<StepResult> DoneAsync(string phase, string step)
    {
        var result = await RunAsync(phase, step);
        result.Outcome.ShouldBe(StepOutcome.Succeeded, Tell(result));
        return result;
    }

    /// <summary>Everything up to and with bootstrap.</summary>
    public async Task BootstrappedAsync()
    {
        await PreflightAsync();
        await StagedAsync();
        await DoneAsync("initialize-installer", "bootstrap");
    }

    public async Task PreflightAsync()
    {
        await DoneAsync("preflight", "versions");
        await DoneAsync("preflight", "disk-space");
    }

    public async Task StagedAsync()
    {
        await DoneAsync("stage-package", "upload-package");
        await DoneAsync("stage-package", "inspect-package");
        await DoneAsync("stage-package", "replace-installer");
    }

    /// <summary>As it is read right before a step that needs it.</summary>
    public async Task<Finding?> MissingGuardAsync(string guard)
    {
        var phase = LabSteps.Runbook.FindPhase("upgrade-platform")!;
        return await new RescueGuardReader().MissingAsync(new Context(this, LabSteps.Runbook, phase, phase.Steps[0], 1, new Dictionary<string, string>()), Guards[guard], Token);
    }

    /// <summary>Something of Fleet's that runs on the zone beside the steps.</summary>
    public async Task<(string Id, Task<StartReply> Following)> BeginAsync(string script)
    {
        var id = ExecutionIds.For(_id, "beside", 1, "main");
        var status = await _runner.StatusAsync(id, Token);
        return (id, _runner.StartAsync(new StartExecution { ExecutionId = id, Epoch = 1, BootId = status.BootId, Script = script }, (_, _, _, _, _) => ValueTask.CompletedTask, Token));
    }

    public Task<CancelReply> CancelAsync(string id) => _runner.CancelAsync(id, 1, TimeSpan.Zero, Token);

    public async Task<WatchStatus> WatchAsync(string guard = "rescue-disabled") => (await _runner.WatchAsync(Worker.Steps.Guards.DeadMan.IdOf(_id, guard), Token)).Status!;

    Task<WatchReply> IWatches.ArmAsync(string watchId, TimeSpan limit, string plan, CancellationToken cancellationToken) =>
        _runner.ArmAsync(new ArmWatch { WatchId = watchId, Epoch = 1, Limit = limit, Plan = plan }, cancellationToken);

    Task<WatchReply> IWatches.DisarmAsync(string watchId, CancellationToken cancellationToken) => _runner.DisarmAsync(watchId, 1, cancellationToken);

    Task<WatchReply> IWatches.LookAsync(string watchId, CancellationToken cancellationToken) => _runner.WatchAsync(watchId, cancellationToken);

    public async Task<string> OnZoneAsync(string command)
    {
        var (exit, output, error) = await zone.RunAsync(command, Token);
        exit.ShouldBe(0, error);
        return output.Trim();
    }

    public static string Tell(StepResult result) =>
        string.Join('\n', result.Findings.Select(f => $"{f.Code}: {Runbooks.Texts.Text.Render(f.Code, f.Args)}\n  {string.Join("\n  ", f.Lines)}"));

    public async ValueTask DisposeAsync()
    {
        await shell.DisposeAsync();
        await simulation.DisposeAsync();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private sealed class Context(LabStep lab, Runbook runbook, Phase phase, Step step, int attempt, IReadOnlyDictionary<string, string> parameters) : IStepContext
    {
        public ExecutePhase Command { get; } = new()
        {
            Contract = 1,
            ZoneUpgradeId = lab._id,
            RolloutId = Guid.Empty,
            Zone = lab.Zone.Name,
            Phase = phase.Name,
            Epoch = 1,
            Installation = Installation,
            Connection = LabSteps.Connection(lab.Zone),
            Traits = new ZoneTraits
            {
                ZoneIds = [.. lab.Zone.Shape.Ids.Select(i => new ZoneIdTraits(i.Id, (lab.Zone.Shape.DeclaredKind ?? i.Kind) == "global" ? ZoneKind.Global : ZoneKind.Sub, i.Special))],
                LegacyQemu = lab.Zone.Shape.LegacyQemu,
                DeadMan = lab.DeadMan,
            },
            Runbook = new RunbookRef(runbook.Name, runbook.Digest),
            Package = lab.Package,
            Ledger = [.. lab.Ledger],
            Facts = lab.Facts,
            Guards = [.. lab.Guards.Values],
            Lease = TimeSpan.FromSeconds(30),
        };

        public Runbook Runbook => runbook;
        public Phase Phase => phase;
        public Step Step => step;
        public int Attempt => attempt;
        public IReadOnlyDictionary<string, string> Parameters => parameters;
        public IReadOnlyDictionary<string, string> Facts => lab.Facts;

        public DateTimeOffset Now => DateTimeOffset.UnixEpoch;

        public GuardState? Guard(string name) => lab.Guards.GetValueOrDefault(name);

        public Task<RemoteResult> ReadAsync(string script, CancellationToken cancellationToken) => lab.Shell.RunAsync(script, cancellationToken);

        public string Expand(string command) => CommandText.Expand(command, runbook.Settings, lab.Facts, Command.Package);

        public string Setting(string name) => runbook.Settings[name];

        public async Task<ExecutionOutcome> ExecuteAsync(string script, CancellationToken cancellationToken, string part = "main", GuardState? guard = null)
        {
            if (guard is not null)
                lab.RecordedBefore.Add(guard);
            var id = ExecutionIds.For(lab._id, step.Name, attempt, part);
            var status = await lab._runner.StatusAsync(id, cancellationToken);
            if (status.Cleaned)
                throw new DoneOutOfRecordException(id);
            var output = new List<byte>();
            ValueTask Take(long offset, ReadOnlyMemory<byte> bytes, long cutBefore, bool blockedOnRead, CancellationToken ct)
            {
                output.AddRange(bytes.ToArray());
                return ValueTask.CompletedTask;
            }

            var reply = status.State == ExecutionState.Exited
                ? new StartReply(Refusal.None, "", await lab._runner.FollowAsync(id, 0, Take, cancellationToken))
                : await lab._runner.StartAsync(new StartExecution { ExecutionId = id, Epoch = 1, BootId = status.BootId, Script = script }, Take, cancellationToken);
            reply.Refusal.ShouldBe(Refusal.None, reply.Detail);
            var text = RemoteText.Decode(output.ToArray());
            return new ExecutionOutcome(
                reply.Status.Exit is null ? ExecutionEnd.Unknown : ExecutionEnd.Exited, reply.Status.Exit, text.Length > 262144 ? text[^262144..] : text, reply.Status.Printed, status.State == ExecutionState.Exited, DateTimeOffset.UnixEpoch, []);
        }

        public Task<FencedReply> ChangeAsync(string script, CancellationToken cancellationToken, GuardState? guard = null) => lab._runner.FencedAsync(1, script, cancellationToken);

        public IWatches Watches => lab;

        public async Task<UploadOutcome> UploadPackageAsync(string remotePath, CancellationToken cancellationToken)
        {
            await using var file = File.OpenRead(lab.LocalPackage);
            (await lab.Shell.RunAsync($"rm -f '{remotePath}'; : >'{remotePath}'", cancellationToken)).Ok.ShouldBeTrue();
            await lab.Shell.AppendFileAsync(remotePath, file, 0, null, cancellationToken);
            return new UploadOutcome(true, false, file.Length, null);
        }

        public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, cancellationToken);

        public void Progress(string what, long? done = null, long? total = null)
        {
        }
    }

    private IRemoteShell Shell => shell;

    private string LocalPackage => simulation.Package.Path;

    public PackageRef Package { get; set; } = new()
    {
        FileName = simulation.Package.FileName,
        Digest = simulation.Package.Digest,
        Size = simulation.Package.Size,
        Installer = simulation.Package.Installer,
        Qingcloud = simulation.Package.Qingcloud,
        Upgrade = simulation.Package.Upgrade,
    };
}
