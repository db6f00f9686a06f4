using Fleet.Contracts.ZoneUpgrades;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Guards;
using Fleet.Orchestration.Metrics;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Orchestration.ZoneUpgrades;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Reconciling;

/// <summary>State is the truth: what rows owe and nobody acknowledged is sent again, leases that ran out end, rollouts are looked at. Losing a message costs time, never work.</summary>
internal sealed partial class Reconciler(
    IDbContextFactory<FleetDbContext> contexts,
    Leadership leadership,
    BrokerWatch broker,
    FleetTransactions transactions,
    AuditSealer sealer,
    IMessages messages,
    Installation installation,
    OrchestrationOptions options,
    FleetMeter meter,
    TimeProvider time,
    ILogger<Reconciler> logger) : BackgroundService
{
    private readonly Backoff _owed = new(options.Reconciler.FirstResend, options.Reconciler.LastResend);
    private readonly Backoff _wanted = new(options.Reconciler.FirstResend, options.Reconciler.LastResend);

    /// <summary>A check takes minutes, and the vendor's check.py keeps one result for all who run it: a second look is not begun beside the first one.</summary>
    private readonly Backoff _checks = new(options.Reconciler.Checks, 3 * options.Reconciler.Checks);
    private readonly Renewals _renewals = new();
    private static readonly TimeSpan RetentionEvery = TimeSpan.FromHours(1);
    private DateTimeOffset? _leadsSince;
    private DateTimeOffset _rolloutsAt;
    private DateTimeOffset _retentionAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Reconciler.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await leadership.ResignAsync(limit.Token);
        }
    }

    private async Task TryTickAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await leadership.HoldAsync(cancellationToken))
            {
                Begin();
                await MeasuredTickAsync(cancellationToken);
            }
            else
            {
                Forget();
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    private async Task MeasuredTickAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var result = "failure";
        try
        {
            await TickAsync(cancellationToken);
            result = "success";
        }
        finally
        {
            meter.Record(new Measure(OrchestrationMetrics.TickDuration, time.GetElapsedTime(began).TotalSeconds, result));
        }
    }

    private void Begin()
    {
        if (_leadsSince == leadership.Since)
            return;
        _leadsSince = leadership.Since;
        sealer.Forget();
        _owed.Begin();
        _wanted.Begin();
    }

    private void Forget()
    {
        _leadsSince = null;
        _owed.Clear();
        _wanted.Clear();
        _checks.Clear();
        _renewals.Clear();
    }

    internal async Task TickAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await ExpireAsync(now, cancellationToken);
        await ResendAsync(now, cancellationToken);
        await ChecksAsync(now, cancellationToken);
        if (now < _rolloutsAt)
            return;
        _rolloutsAt = now + options.Reconciler.Rollouts;
        await RolloutsAsync(cancellationToken);
        await GuardAlarms.ApplyAsync(contexts, options.Guards.AlarmAfter, now, cancellationToken);
        await WatchAlarms.ApplyAsync(contexts, now, cancellationToken);
        await WatchesAsync(now, cancellationToken);
        await sealer.SealAsync(now, cancellationToken);
        if (now < _retentionAt)
            return;
        _retentionAt = now + RetentionEvery;
        await TranscriptRetention.ApplyAsync(contexts, now - options.Transcripts.Retention, cancellationToken);
        // What was written under a clock that is behind, and committed late, is looked for once more.
        sealer.Forget();
        if (options.Audit.Retention is { } retention)
        {
            using var key = AuditKey.ReadOrMake(options.Audit.SigningKey);
            foreach (var chain in await AuditRetention.ApplyAsync(contexts, key, now - retention, now, cancellationToken))
                LogNotCut(chain);
        }
    }

    private async Task ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!LeaseExpiry.MayExpire(leadership.Since, broker.Since, options.SingleProcess ? TimeSpan.Zero : options.Lease, now))
            return;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var expired = await db.Leases.AsNoTracking().Where(l => l.ExpiresAt < now).ToListAsync(cancellationToken);
        foreach (var lease in expired)
        {
            LogLeaseExpired(lease.ZoneUpgradeId, lease.WorkerId, lease.Epoch);
            await AloneAsync(() => transactions.ChangeAsync(lease.ZoneUpgradeId, (row, context) => ZoneUpgradeRules.ExpireLease(row, lease.Epoch, context), cancellationToken), cancellationToken);
        }
    }

    private async Task ResendAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from upgrade in db.ZoneUpgrades.AsNoTracking()
            where upgrade.Owes
            join zone in db.Zones.AsNoTracking() on upgrade.Zone equals zone.Name
            select new { upgrade.Row, zone.Zone }).ToListAsync(cancellationToken);
        var owed = rows.SelectMany(r => Owed.Of(r.Row, new OwedFrom(r.Zone, installation.Id, options.Lease))).ToDictionary(o => o.Key);
        var outgoing = new Outgoing();
        foreach (var key in _owed.Due(owed.Keys, now))
        {
            LogResent(key);
            meter.Record(ResendMeasures.Of(owed[key].Message));
            outgoing.Sends.Add(owed[key]);
        }

        var wanted = await db.ZoneUpgrades.AsNoTracking().Where(z => z.Work == Work.Wanted).Select(z => z.CorrelationId).ToListAsync(cancellationToken);
        foreach (var key in _wanted.Due(wanted.Select(w => w.ToString("N")), now))
            outgoing.Publish(new ZoneUpgradeDue(Guid.ParseExact(key, "N")));
        await messages.SendAsync(outgoing, cancellationToken);
    }

    /// <summary>Checks that nobody has told of are sent again, and given up in the end.</summary>
    private async Task ChecksAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from check in db.ZoneChecks.AsNoTracking()
            where check.EndedAt == null
            join zone in db.Zones.AsNoTracking() on check.Zone equals zone.Name into known
            from zone in known.DefaultIfEmpty()
            select new { check.Check, Zone = zone == null ? null : zone.Zone }).ToListAsync(cancellationToken);
        foreach (var late in rows.Where(r => !ReferenceEquals(CheckRules.GiveUp(r.Check, "", now), r.Check)))
            await AloneAsync(() => GiveUpAsync(late.Check.Id, late.Zone?.Pool ?? "", now, cancellationToken), cancellationToken);
        var owed = rows.Where(r => r.Zone is not null).Select(r => ChecksOwed.Of(r.Check, r.Zone!)).ToDictionary(o => o.Key);
        var outgoing = new Outgoing();
        foreach (var key in _checks.Due(owed.Keys, now))
        {
            meter.Record(ResendMeasures.Of(owed[key].Message));
            outgoing.Sends.Add(owed[key]);
        }

        await messages.SendAsync(outgoing, cancellationToken);
    }

    private Task<ZoneCheckRow?> GiveUpAsync(Guid id, string pool, DateTimeOffset now, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, _) =>
        {
            var row = await db.ZoneChecks.FindAsync([id], cancellationToken);
            row?.Show(CheckRules.GiveUp(row.Check, pool, now));
            return row;
        },
        cancellationToken);

    /// <summary>Dead-man's rules hear of Fleet while their guards are in force, whether a worker is beside the zone or not.</summary>
    private async Task WatchesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var owed = (await RenewalsOwed.ReadAsync(db, installation, now, cancellationToken)).ToDictionary(o => o.Message.Key);
        var outgoing = new Outgoing();
        foreach (var key in _renewals.Due(owed.Values.Select(o => (o.Message.Key, o.Watch)), now))
            outgoing.Sends.Add(owed[key].Message);
        await messages.SendAsync(outgoing, cancellationToken);
    }

    /// <summary>What is wrong with one row keeps no other from being looked at.</summary>
    private async Task<T?> AloneAsync<T>(Func<Task<T?>> look, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await look();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
            return null;
        }
    }

    /// <summary>Zone rows are compared with their rollouts' rows: a start, a pause, an end, a taken or returned zone that was told and not heard is told again.</summary>
    private async Task RolloutsAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rollouts = await db.Rollouts.AsNoTracking().Where(r => r.EndedAt == null).Select(r => r.CorrelationId).ToListAsync(cancellationToken);
        var due = new DueZones(db, await CalendarStore.ReadAsync(db, cancellationToken), time.GetUtcNow());
        var ids = new List<Guid>();
        var expiring = new HashSet<Guid>();
        foreach (var id in rollouts)
        {
            if (await AloneAsync(() => transactions.ChangeRolloutAsync(id, RolloutRules.Evaluate, cancellationToken), cancellationToken) is not { } change)
                continue;
            if (change.Row.Strategy.Unanswered is not null)
                expiring.Add(id);
            ids.AddRange(await due.OfAsync(change.Row, cancellationToken));
        }

        ids.AddRange(await due.AfterwardsAsync(cancellationToken));
        ids.AddRange(await due.UnansweredAsync(expiring, cancellationToken));
        var outgoing = new Outgoing();
        foreach (var id in ids.Distinct())
            outgoing.Publish(new ZoneUpgradeDue(id));
        await messages.SendAsync(outgoing, cancellationToken);
    }
}
