using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Handovers;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Metrics;
using Fleet.Orchestration.Nodes;
using Fleet.Orchestration.Packages;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Reconciling;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Traces;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.Transcripts;
using Fleet.Orchestration.Workers;
using Fleet.Orchestration.Zones;
using Fleet.Orchestration.ZoneUpgrades;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Fleet.Orchestration;

/// <summary>The coordinator role.</summary>
public static class OrchestrationRegistration
{
    /// <summary>What is wrong with the coordinator's part of the configuration, each with its key, its value and what is allowed.</summary>
    public static IReadOnlyList<string> Problems(IConfiguration configuration) => OrchestrationConfiguration.Read(configuration).Problems;

    /// <summary>Store, rules, reconciler and what the server asks of them (<see cref="IZones"/>, <see cref="IRollouts"/>, <see cref="IDecisions"/> …).
    /// Without <see cref="AddFleetCoordinator"/> on the same bus nothing is decided from messages; a server without the coordinator role leaves out <paramref name="reconcile"/>.</summary>
    /// <exception cref="InvalidOperationException">The configuration is wrong; all errors at once.</exception>
    public static IServiceCollection AddFleetOrchestration(this IServiceCollection services, IConfiguration configuration, bool reconcile = true)
    {
        var read = OrchestrationConfiguration.Read(configuration);
        if (read.Problems.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, read.Problems));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(read.Options);
        services.AddSingleton<Installation>();
        services.AddSingleton<Snapshot>();
        services.AddFleetStore(read.Store);
        services.AddSingleton(read.Store);
        services.AddSingleton<StoreSchema>();
        services.AddSingleton<RunbookCatalog>();
        services.AddSingleton<IMessages, Messages>();
        services.AddSingleton<ZoneUpgradeUnit>();
        services.AddSingleton<RolloutUnit>();
        services.AddSingleton<FleetTransactions>();
        services.AddSingleton<BrokerWatch>();
        services.AddSingleton<LivePools>();
        services.AddSingleton(new LeaderLock(read.Store));
        services.AddSingleton<Leadership>();

        services.AddSingleton<IZones, ZonesService>();
        services.AddSingleton<IPackages, PackagesService>();
        services.AddSingleton<RunbookFilesService>();
        services.AddSingleton<IRunbookFiles>(s => s.GetRequiredService<RunbookFilesService>());
        services.AddSingleton<IRollouts, RolloutsService>();
        services.AddSingleton<IDecisions, DecisionsService>();
        services.AddSingleton<IGuards, GuardsService>();
        services.AddSingleton<IDebts, DebtsService>();
        services.AddSingleton<INodes, NodesService>();
        services.AddSingleton<IHandovers, HandoversService>();
        services.AddSingleton<IWorkers, WorkersService>();
        services.AddSingleton<ITranscripts, TranscriptsService>();
        services.AddSingleton<IChecks, ChecksService>();
        services.AddSingleton<ICalendars, CalendarsService>();
        services.AddSingleton<PlanReader>();
        services.AddSingleton<IPlans, PlansService>();
        services.AddSingleton<IAudit, AuditService>();
        services.AddSingleton<AuditSealer>();
        services.AddSingleton<IReports, ReportsService>();
        services.AddSingleton<IIdentities, IdentitiesService>();
        services.AddSingleton(read.Options.Access);
        services.AddSingleton<TokenUses>();
        services.AddHostedService(s => s.GetRequiredService<TokenUses>());
        services.AddSingleton<ITokens, TokensService>();
        services.AddSingleton<IChatAccounts, ChatAccountsService>();
        services.AddSingleton<IWebKeys, WebKeys>();
        services.AddSingleton<ISessions, SessionsService>();
        services.AddSingleton<IOrchestrationHealth, OrchestrationHealth>();

        services.AddHostedService<StoreOpening>();
        if (!reconcile)
            return services;
        services.AddSingleton(new SpanUrls(read.Options.PublicUrl));
        services.AddSingleton<TraceMark>();
        services.AddSingleton<TraceReader>();
        services.TryAddSingleton<IRecordedSpans, NoRecordedSpans>();
        services.AddHostedService<Reconciler>();
        services.AddHostedService<Snapshots>();
        services.AddHostedService<TraceExport>();
        return services;
    }

    /// <summary>The coordinator's endpoints: zone upgrades, rollouts, heartbeats, checks, guards.</summary>
    public static void AddFleetCoordinator(this IBusRegistrationConfigurator bus)
    {
        bus.AddSagaStateMachine<ZoneUpgradeStateMachine, ZoneUpgradeSaga, ZoneUpgradeDefinition>();
        bus.AddSagaStateMachine<RolloutStateMachine, RolloutSaga, RolloutDefinition>();
        AddRepository<ZoneUpgradeSaga>(bus);
        AddRepository<RolloutSaga>(bus);
        bus.AddConsumer<WorkerHeartbeatConsumer, WorkerHeartbeatDefinition>();
        bus.AddConsumer<ZoneCheckedConsumer, ZoneCheckedDefinition>();
        bus.AddConsumer<WatchRenewedConsumer, WatchRenewedDefinition>();
        bus.AddReceiveEndpointObserver(s => s.GetRequiredService<BrokerWatch>());
    }

    private static void AddRepository<TSaga>(IServiceCollection services)
        where TSaga : class, SagaStateMachineInstance
    {
        services.RegisterSagaRepository<TSaga, FleetDbContext, SagaConsumeContextFactory<FleetDbContext, TSaga>, FleetSagaRepository<TSaga>>();
        services.RegisterLoadSagaRepository<TSaga, FleetSagaRepository<TSaga>>();
    }
}
