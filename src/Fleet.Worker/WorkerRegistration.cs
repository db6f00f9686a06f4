using Fleet.Contracts.Transcripts;
using Fleet.Contracts.Workers;
using Fleet.Runbooks.Builtin;
using Fleet.Sealing;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Checks;
using Fleet.Worker.Executions;
using Fleet.Worker.Guards;
using Fleet.Worker.Phases;
using Fleet.Worker.Phases.Leases;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Probing;
using Fleet.Worker.Redaction;
using Fleet.Worker.Signatures;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;
using Fleet.Worker.Steps.Guards;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker;

/// <summary>The worker role.</summary>
public static class WorkerRegistration
{
    /// <summary>All that a worker needs but the bus's consumers (<see cref="AddFleetWorkerConsumers"/>) and an <see cref="ITranscriptSink"/>.</summary>
    public static IServiceCollection AddFleetWorker(this IServiceCollection services, IConfiguration configuration, WorkerOptions options)
    {
        services.AddFleetSsh(configuration);
        services.AddSingleton(TranscriptKeys.Load(configuration));
        services.AddFleetArtifacts(configuration);
        services.AddRunbookTrust(configuration);
        services.AddSingleton<Func<IRemoteShell, IRemoteRunner>>(s => shell => new RemoteRunner(shell, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IRunbooks, RunbookShelf>();
        return services.AddPhaseEngine(options);
    }

    /// <summary>The engine without its ways out: firstboxes, runner, runbooks and packages.</summary>
    internal static IServiceCollection AddPhaseEngine(this IServiceCollection services, WorkerOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.TryAddSingleton<KnownSecrets>();
        services.TryAddSingleton(new TranscriptKeys());
        services.AddSingleton<TranscriptSealer>();
        var kinds = new StepKinds(StepKinds.BuiltIn);
        foreach (var runbook in BuiltinRunbooks.All)
            kinds.Check(runbook);
        services.AddSingleton(kinds);
        services.AddSingleton<IGuardReader, RescueGuardReader>();
        services.AddSingleton<IdleLinks>();
        services.TryAddSingleton<ICoordinatorLink, BusCoordinatorLink>();
        services.AddSingleton(s => new PhaseParts
        {
            Options = options,
            Firstboxes = s.GetRequiredService<IFirstboxes>(),
            Runners = s.GetRequiredService<Func<IRemoteShell, IRemoteRunner>>(),
            Idle = s.GetRequiredService<IdleLinks>(),
            Runbooks = s.GetRequiredService<IRunbooks>(),
            Uploads = s.GetRequiredService<IPackageUploads>(),
            Transcripts = s.GetRequiredService<ITranscriptSink>(),
            Sealer = s.GetRequiredService<TranscriptSealer>(),
            Secrets = s.GetRequiredService<KnownSecrets>(),
            Coordinator = s.GetRequiredService<ICoordinatorLink>(),
            Kinds = s.GetRequiredService<StepKinds>(),
            GuardReaders = s.GetServices<IGuardReader>().ToDictionary(g => g.Guard, StringComparer.Ordinal),
            Time = s.GetRequiredService<TimeProvider>(),
            Logs = s.GetRequiredService<ILoggerFactory>(),
        });
        services.AddSingleton(s => new PhaseRuns(options, command => new PhaseHandle(command, s.GetRequiredService<PhaseParts>()), s.GetRequiredService<ILogger<PhaseRuns>>()));
        services.AddSingleton<ZoneLooks>();
        services.AddSingleton<ZoneChecks>();
        services.AddHostedService(s => s.GetRequiredService<ZoneChecks>());
        services.AddSingleton<WatchRenewals>();
        services.AddHostedService(s => s.GetRequiredService<WatchRenewals>());
        services.AddSingleton<Heartbeats>();
        services.AddHostedService(s => s.GetRequiredService<Heartbeats>());
        services.AddHostedService<Handover>();
        return services;
    }

    /// <summary>The pool's queue, shared with its other workers, and this worker's own, which goes when it goes.</summary>
    public static void AddFleetWorkerConsumers(this IBusRegistrationConfigurator bus, WorkerOptions options)
    {
        bus.AddConsumer<ExecutePhaseConsumer>().Endpoint(e =>
        {
            e.Name = Endpoints.Pool(options.Pool);
            // Commands are sent to a pool; a binding by type would bring them to every pool.
            e.ConfigureConsumeTopology = false;
            e.PrefetchCount = Math.Clamp(options.MaxZones, 1, 32);
        });
        bus.AddConsumer<ProbeFirstboxConsumer>().Endpoint(e =>
        {
            e.Name = Endpoints.Pool(options.Pool);
            e.ConfigureConsumeTopology = false;
            e.PrefetchCount = Math.Clamp(options.MaxZones, 1, 32);
        });
        bus.AddConsumer<CheckZoneConsumer>().Endpoint(e =>
        {
            e.Name = Endpoints.Pool(options.Pool);
            e.ConfigureConsumeTopology = false;
            e.PrefetchCount = Math.Clamp(options.MaxZones, 1, 32);
        });
        bus.AddConsumer<RenewWatchConsumer>().Endpoint(e =>
        {
            e.Name = Endpoints.Pool(options.Pool);
            e.ConfigureConsumeTopology = false;
            e.PrefetchCount = Math.Clamp(options.MaxZones, 1, 32);
        });
        bus.AddConsumer<WorkerInbox>().Endpoint(e =>
        {
            e.Name = Endpoints.Worker(options.WorkerId);
            e.Temporary = true;
            e.ConfigureConsumeTopology = false;
            e.PrefetchCount = 64;
        });
    }
}
