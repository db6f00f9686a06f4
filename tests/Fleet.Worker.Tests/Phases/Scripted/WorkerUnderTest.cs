using System.Collections.Concurrent;
using Fleet.Contracts;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Transcripts;
using Fleet.Contracts.Workers;
using Fleet.Runbooks.Model;
using Fleet.Sealing;
using Fleet.Testing;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;
using Fleet.Worker.Redaction;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Tests.Phases.Scripted;

/// <summary>The whole engine on an in-memory bus, with a tiny coordinator and a scripted zone.</summary>
internal sealed class WorkerUnderTest : IAsyncDisposable
{
    public static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    private readonly IHost _host;

    private WorkerUnderTest(IHost host, WorkerOptions options)
    {
        _host = host;
        Options = options;
    }

    public WorkerOptions Options { get; }
    public TinyCoordinator Coordinator { get; private init; } = null!;
    public ScriptedZone Zone { get; private init; } = null!;
    public MemoryTranscripts Transcripts { get; private init; } = null!;
    public SentBeats Sent { get; private init; } = null!;
    public KnownSecrets Secrets => _host.Services.GetRequiredService<KnownSecrets>();
    public static TranscriptKey Key { get; } = new(new byte[32]);
    public PhaseRuns Runs => _host.Services.GetRequiredService<PhaseRuns>();

    /// <summary>With the real SSH client, the real runner and the real uploads; only the bus, the coordinator and the server are the test's.</summary>
    public static Task<WorkerUnderTest> StartRealAsync(Runbook runbook, string packageFile, Action<WorkerOptions>? configure = null) =>
        StartAsync(new ScriptedZone(), null, configure, (services, options) =>
        {
            services.AddFleetWorker(new ConfigurationBuilder().Build(), options);
            services.AddSingleton<IRunbooks>(new OneRunbook(runbook));
            services.AddSingleton<IArtifactSource>(new OnePackage(packageFile));
        });

    public static Task<WorkerUnderTest> StartAsync(Runbook runbook, ScriptedZone? zone = null, TinyCoordinator? coordinator = null, Action<WorkerOptions>? configure = null, params IReadOnlyList<IStepKind> kinds)
    {
        zone ??= new ScriptedZone();
        return StartAsync(zone, coordinator, configure, (services, options) =>
        {
            services.AddPhaseEngine(options);
            services.AddSingleton(new StepKinds([.. StepKinds.BuiltIn.Where(b => kinds.All(k => k.Name != b.Name)), .. kinds]));
            services.AddSingleton<IFirstboxes>(zone);
            services.AddSingleton<Func<IRemoteShell, IRemoteRunner>>(shell => (ScriptedLink)shell);
            services.AddSingleton<IRunbooks>(new OneRunbook(runbook));
            services.AddSingleton<IPackageUploads>(new NoUploads());
        });
    }

    private static async Task<WorkerUnderTest> StartAsync(ScriptedZone zone, TinyCoordinator? coordinator, Action<WorkerOptions>? configure, Action<IServiceCollection, WorkerOptions> engine)
    {
        coordinator ??= new TinyCoordinator();
        var options = new WorkerOptions { WorkerId = $"w-{Guid.NewGuid():N}"[..12], PromptQuiet = TimeSpan.FromMilliseconds(60), CancelGrace = TimeSpan.Zero };
        configure?.Invoke(options);
        var transcripts = new MemoryTranscripts();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddConsumer<TinyCoordinatorConsumer>().Endpoint(e => e.Name = Endpoints.ZoneUpgrades);
            bus.AddConsumer<TinyWatchConsumer>().Endpoint(e => e.Name = Endpoints.Guards);
            bus.AddConsumer<TinyBeatConsumer>().Endpoint(e => e.Name = Endpoints.Workers);
            bus.AddFleetWorkerConsumers(options);
            bus.UsingInMemory((context, configurator) => configurator.ConfigureEndpoints(context));
        });
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(o => o.WaitUntilStarted = true);
        builder.Services.AddSingleton(new TranscriptKeys(Key));
        engine(builder.Services, options);
        builder.Services.AddSingleton(coordinator);
        builder.Services.AddSingleton<ITranscriptSink>(transcripts);
        var host = builder.Build();
        var sent = new SentBeats();
        host.Services.GetRequiredService<IBusControl>().ConnectSendObserver(sent);
        await host.StartAsync();
        return new WorkerUnderTest(host, options) { Coordinator = coordinator, Zone = zone, Transcripts = transcripts, Sent = sent };
    }

    public Task SendAsync(ExecutePhase command) => ToPoolAsync(command);

    public async Task ToPoolAsync<T>(T command)
        where T : class =>
        await (await _host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:{Endpoints.Pool(Options.Pool)}"))).Send(command);

    public async Task TellAsync<T>(T message)
        where T : class =>
        await (await _host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:{Endpoints.Worker(Options.WorkerId)}"))).Send(message);

    public async Task<T> ReportAsync<T>(Func<T, bool>? where = null)
        where T : class, IPhaseReport =>
        await Eventually.GetAsync(() => Task.FromResult(Coordinator.Of<T>().FirstOrDefault(where ?? (_ => true))), Soon, TestContext.Current.CancellationToken, Coordinator.Told);

    public async Task StopAsync() => await _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Beats as they leave the worker: on a bus in memory the last one may find its listener stopped already.</summary>
    internal sealed class SentBeats : ISendObserver
    {
        private readonly ConcurrentQueue<WorkerHeartbeat> _beats = new();

        public WorkerHeartbeat Last => _beats.MaxBy(b => b.Beat)!;

        public Task PreSend<T>(SendContext<T> context)
            where T : class =>
            Task.CompletedTask;

        public Task PostSend<T>(SendContext<T> context)
            where T : class
        {
            if (context.Message is WorkerHeartbeat beat)
                _beats.Enqueue(beat);
            return Task.CompletedTask;
        }

        public Task SendFault<T>(SendContext<T> context, Exception exception)
            where T : class =>
            Task.CompletedTask;
    }

    private sealed class OneRunbook(Runbook runbook) : IRunbooks
    {
        public Task<Runbook> GetAsync(RunbookRef wanted, CancellationToken cancellationToken) => Task.FromResult(runbook);
    }

    private sealed class OnePackage(string file) : IArtifactSource
    {
        public Task<string> GetRunbookAsync(string digest, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Stream> OpenPackageAsync(PackageRef package, CancellationToken cancellationToken) => Task.FromResult<Stream>(File.OpenRead(file));
    }

    private sealed class NoUploads : IPackageUploads
    {
        public Task<UploadOutcome> UploadAsync(
            IRemoteShell shell, IRemoteRunner runner, PackageRef package, string remotePath, long epoch, IProgress<long>? progress, CancellationToken cancellationToken) =>
            Task.FromResult(new UploadOutcome(true, true, 0, null));
    }
}

internal sealed class MemoryTranscripts : ITranscriptSink
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<byte>> _stored = [];

    public int Failures { get; set; }

    /// <summary>Sealed pieces, with the execution that each is of.</summary>
    public ConcurrentQueue<(string Execution, ReadOnlyMemory<byte> Piece)> Sealed { get; } = [];

    public string Text(string executionId)
    {
        lock (_lock)
            return _stored.TryGetValue(executionId, out var bytes) ? RemoteText.Decode([.. bytes]) : "";
    }

    public Task AppendAsync(TranscriptFrame frame, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Failures-- > 0)
                throw new IOException("The store is away.");
            var bytes = _stored.TryGetValue(frame.ExecutionId, out var known) ? known : _stored[frame.ExecutionId] = [.. new byte[frame.Offset]];
            ((long)bytes.Count).ShouldBe(frame.Offset, "transcripts have no gap and no byte twice");
            bytes.AddRange(frame.Bytes.Span);
            if (!frame.Sealed.IsEmpty)
                Sealed.Enqueue((frame.ExecutionId, frame.Sealed));
        }
        return Task.CompletedTask;
    }
}

/// <summary>Commands and runbooks as small as a test wants them.</summary>
internal static class Small
{
    public static Runbook Runbook(params IReadOnlyList<Step> steps) => new()
    {
        Name = "small",
        Version = "1",
        Digest = "d",
        Settings = new Dictionary<string, string> { ["paths.tool"] = "/opt/the tool" },
        Phases = [new Phase { Name = "phase", Title = "Phase", Steps = steps }],
    };

    public static Step Shell(string name, string command, bool changes = true) => new()
    {
        Name = name,
        Title = name,
        Implements = [],
        Kind = "shell",
        Command = command,
        Changes = changes,
        TimeLimit = TimeSpan.FromMinutes(5),
    };

    public static ExecutePhase Command(Guid? zoneUpgrade = null, long epoch = 1, params IReadOnlyList<LedgerEntry> ledger) => new()
    {
        Contract = ContractNumber.Current,
        ZoneUpgradeId = zoneUpgrade ?? Guid.NewGuid(),
        RolloutId = Guid.NewGuid(),
        Zone = "pek1a",
        Phase = "phase",
        Epoch = epoch,
        Installation = "fleet-1",
        Connection = new FirstboxConnection { Firstbox = new SshHop { Host = "127.0.0.1", User = "root" } },
        Traits = new ZoneTraits { ZoneIds = [new ZoneIdTraits("pek1a", ZoneKind.Global, false)] },
        Runbook = new RunbookRef("small", "d"),
        Package = new PackageRef { FileName = "p", Digest = "d", Size = 1, Installer = "4.3.0", Qingcloud = "20261101", Upgrade = "20261101" },
        Ledger = ledger,
        Facts = new Dictionary<string, string>(),
        Guards = [],
        Lease = TimeSpan.FromSeconds(3),
    };

    public static LedgerEntry Entry(string step, LedgerState state, int attempt = 1, string? execution = null, string? choice = null) => new()
    {
        Phase = "phase",
        Step = step,
        State = state,
        Attempt = attempt,
        ExecutionId = execution,
        Parameters = choice is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["choice"] = choice },
    };
}
