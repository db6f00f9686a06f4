using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Reconciling;

/// <summary>One coordinator reconciles; the others stand by. A row with an epoch says who.</summary>
internal sealed class Leadership(IDbContextFactory<FleetDbContext> contexts, LeaderLock alive, OrchestrationOptions options, TimeProvider time)
{
    private const string Name = "reconciler";
    private readonly string _me = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
    private DateTimeOffset _lostAt = DateTimeOffset.MinValue;

    public long Epoch { get; private set; }

    /// <summary>Null: another leads.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Takes or renews the lead.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now + options.Reconciler.Leadership;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var renewed = Since is not null
            && await db.Leaders.Where(l => l.Name == Name && l.Holder == _me && l.ExpiresAt >= now).ExecuteUpdateAsync(s => s.SetProperty(l => l.ExpiresAt, until), cancellationToken) == 1;
        // Held beside the lead: whoever finds it free knows that the leader's process is gone.
        var free = await alive.TryHoldAsync(cancellationToken);
        if (renewed)
            return true;
        if (Since is not null)
        {
            // Another leads in spite of it, for this one was away for long: it is not fought for.
            (Since, _lostAt) = (null, now);
            await alive.LeaveAsync();
        }

        if (!await TakeAsync(db, now, until, free && now - _lostAt > options.Reconciler.Leadership, cancellationToken))
            return false;
        Epoch = await db.Leaders.AsNoTracking().Where(l => l.Name == Name).Select(l => l.Epoch).SingleAsync(cancellationToken);
        Since = now;
        return true;
    }

    /// <summary>Lets another take over at once.</summary>
    public async Task ResignAsync(CancellationToken cancellationToken)
    {
        if (Since is null)
            return;
        Since = null;
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Leaders.Where(l => l.Name == Name && l.Holder == _me).ExecuteUpdateAsync(s => s.SetProperty(l => l.ExpiresAt, now.AddTicks(-1)), cancellationToken);
        await alive.LeaveAsync();
    }

    /// <param name="gone">The leader's process is gone, whatever its time.</param>
    private async Task<bool> TakeAsync(FleetDbContext db, DateTimeOffset now, DateTimeOffset until, bool gone, CancellationToken cancellationToken)
    {
        var taken = await db.Leaders.Where(l => l.Name == Name && (l.ExpiresAt < now || gone))
            .ExecuteUpdateAsync(s => s.SetProperty(l => l.Holder, _me).SetProperty(l => l.Epoch, l => l.Epoch + 1).SetProperty(l => l.ExpiresAt, until), cancellationToken);
        if (taken == 1)
            return true;
        if (await db.Leaders.AnyAsync(l => l.Name == Name, cancellationToken))
            return false;
        db.Leaders.Add(new LeaderRow { Name = Name, Holder = _me, Epoch = 1, ExpiresAt = until });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            return false;
        }
    }
}
