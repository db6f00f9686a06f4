using System.Collections.Concurrent;
using Fleet.Contracts;
using Fleet.Contracts.Checks;
using Fleet.Contracts.Guards;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus;
using MassTransit;

namespace Fleet.Orchestration.Tests.Parts;

/// <summary>A worker without zones: speaks the whole protocol over the bus and does what a test's script says.</summary>
internal sealed class FakeWorker(string id, int slots = 10, string pool = "default")
{
    private readonly ConcurrentDictionary<Guid, FakeRun> _runs = new();
    private long _beat;
    private IBus? _bus;

    public string Id { get; } = id;
    public string Pool { get; } = pool;

    /// <summary>What to do with a dispatch; the default carries out every open step well.</summary>
    public Func<FakeRun, Task> Script { get; set; } = run => run.CarryOutAsync();

    /// <summary>What is taken of a dispatch before it is scripted; false: it is lost on the way.</summary>
    public Func<ExecutePhase, bool> Hears { get; set; } = _ => true;

    /// <summary>What it finds on a zone that is to be looked at; null: it never tells.</summary>
    public Func<CheckZone, ZoneChecked?> Looks { get; set; } = _ => null;
    public ConcurrentQueue<CheckZone> Checks { get; } = [];

    /// <summary>What firstboxes say of dead-man's rules; none: it never tells.</summary>
    public Func<RenewWatch, IReadOnlyList<WatchRenewed>> Renews { get; set; } = _ => [];
    public ConcurrentQueue<RenewWatch> Renewals { get; } = [];
    public ConcurrentQueue<ExecutePhase> Dispatches { get; } = [];
    public ConcurrentQueue<object> Inbox { get; } = [];
    public bool Silent { get; set; }

    /// <summary>Sent so far.</summary>
    public long Beats => Interlocked.Read(ref _beat);

    /// <summary>The messages that it knows.</summary>
    public int Contract { get; set; } = ContractNumber.Current;

    public IEnumerable<ExecutePhase> DispatchesOf(string zone) => Dispatches.Where(d => d.Zone == zone);

    /// <summary>One queue for the workers of a pool: the first that hears a dispatch has it.</summary>
    public static HostReceiveEndpointHandle ConnectPool(IBusControl bus, string pool, IReadOnlyList<FakeWorker> workers) =>
        bus.ConnectReceiveEndpoint(Endpoints.Pool(pool), e =>
        {
            e.ConfigureConsumeTopology = false;
            BusRegistration.ConfigureQueue(Endpoints.Pool(pool), e);
            e.Handler<ExecutePhase>(c =>
            {
                _ = workers.FirstOrDefault(w => w.Takes(c.Message));
                return Task.CompletedTask;
            });
            e.Handler<RenewWatch>(c => workers.FirstOrDefault(w => !w.Silent)?.RenewAsync(c.Message) ?? Task.CompletedTask);
            e.Handler<CheckZone>(c => workers.First(w => !w.Silent).LookAsync(c.Message));
        });

    public HostReceiveEndpointHandle Connect(IBusControl bus) =>
        bus.ConnectReceiveEndpoint(new TemporaryEndpointDefinition(), new Fixed(Endpoints.Worker(Id)), e =>
        {
            e.ConfigureConsumeTopology = false;
            e.Handler<PhaseReportsRecorded>(c => Hear(c.Message));
            e.Handler<AnswerPrompt>(c => Hear(c.Message));
            e.Handler<StopPhase>(c => Hear(c.Message));
            e.Handler<HeartbeatRecorded>(c => Hear(c.Message));
        });

    public void Attach(IBus bus) => _bus = bus;

    public Task BeatAsync() => Silent ? Task.CompletedTask : SendAsync(Endpoints.Workers, new WorkerHeartbeat
    {
        Contract = Contract,
        WorkerId = Id,
        Pool = Pool,
        Host = "here",
        Version = "1",
        Beat = Interlocked.Increment(ref _beat),
        At = TimeProvider.System.GetUtcNow(),
        MaxZones = slots,
        FreeSlots = slots - _runs.Count,
        Holds = [.. _runs.Values.Select(r => new HeldPhase { ZoneUpgradeId = r.Command.ZoneUpgradeId, Epoch = r.Command.Epoch, Phase = r.Command.Phase })],
    });

    /// <summary>Dies: forgets what it held and says nothing more.</summary>
    public void Die()
    {
        Silent = true;
        foreach (var run in _runs.Values)
            run.Stop();
        _runs.Clear();
    }

    internal async Task SendAsync(string queue, object message)
    {
        var endpoint = await _bus!.GetSendEndpoint(new Uri($"exchange:{queue}"));
        await endpoint.Send(message, message.GetType());
    }

    private Task LookAsync(CheckZone check)
    {
        Checks.Enqueue(check);
        return Looks(check) is { } found ? SendAsync(Endpoints.Checks, found) : Task.CompletedTask;
    }

    private async Task RenewAsync(RenewWatch renew)
    {
        Renewals.Enqueue(renew);
        foreach (var told in Renews(renew))
            await SendAsync(Endpoints.Guards, told);
    }

    private bool Takes(ExecutePhase command)
    {
        if (Silent || !Hears(command))
            return false;
        if (_runs.TryGetValue(command.ZoneUpgradeId, out var held) && held.Command.Epoch >= command.Epoch)
            return true;
        held?.Stop();
        Dispatches.Enqueue(command);
        var run = new FakeRun(this, command);
        _runs[command.ZoneUpgradeId] = run;
        _ = Task.Run(async () =>
        {
            try
            {
                await run.AcceptAsync();
                await Script(run);
            }
            catch (OperationCanceledException)
            {
                // Taken over, lost or dead.
            }
        });
        return true;
    }

    private Task Hear(object message)
    {
        Inbox.Enqueue(message);
        switch (message)
        {
            case PhaseReportsRecorded recorded when _runs.TryGetValue(recorded.ZoneUpgradeId, out var run) && run.Command.Epoch == recorded.Epoch:
                if (run.Recorded(recorded.UpTo))
                    _runs.TryRemove(KeyValuePair.Create(recorded.ZoneUpgradeId, run));
                break;
            case HeartbeatRecorded beat:
                foreach (var lost in beat.Lost)
                {
                    if (_runs.TryGetValue(lost.ZoneUpgradeId, out var gone) && gone.Command.Epoch == lost.Epoch)
                    {
                        gone.Stop();
                        _runs.TryRemove(KeyValuePair.Create(lost.ZoneUpgradeId, gone));
                    }
                }

                break;
            case AnswerPrompt answer when _runs.TryGetValue(answer.ZoneUpgradeId, out var run) && run.Command.Epoch == answer.Epoch:
                run.Answers.Enqueue(answer);
                break;
            case StopPhase stop when _runs.TryGetValue(stop.ZoneUpgradeId, out var run) && run.Command.Epoch == stop.Epoch:
                run.Stops.Enqueue(stop);
                break;
        }

        return Task.CompletedTask;
    }

    private sealed class Fixed(string name) : DefaultEndpointNameFormatter(false)
    {
        public override string TemporaryEndpoint(string tag) => name;
    }
}
