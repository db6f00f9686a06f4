using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Traces;

/// <summary>Up to which audit entry all that was owed to traces has been taken. It rests beside the lead, whose holder moves it: a crash between an export and its mark exports the same spans once more.</summary>
internal sealed class TraceMark(IDbContextFactory<FleetDbContext> contexts)
{
    private const string Name = "traces";

    /// <summary>The first time spans are wanted, all of the rollouts that are open then is owed; what ended before is not.</summary>
    public async Task<long> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Leaders.AsNoTracking().FirstOrDefaultAsync(l => l.Name == Name, cancellationToken) is { } known)
            return known.Epoch;
        var open = db.Rollouts.Where(r => r.EndedAt == null).Select(r => (Guid?)r.CorrelationId);
        var first = await db.Audit.AsNoTracking().Where(a => open.Contains(a.RolloutId)).MinAsync(a => (long?)a.Number, cancellationToken) - 1
            ?? await db.Audit.AsNoTracking().MaxAsync(a => (long?)a.Number, cancellationToken) ?? 0;
        db.Leaders.Add(new LeaderRow { Name = Name, Holder = "-", Epoch = first, ExpiresAt = DateTimeOffset.MaxValue });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            // Whoever led until now has set it in this moment; it holds for both.
            return await db.Leaders.AsNoTracking().Where(l => l.Name == Name).Select(l => l.Epoch).SingleAsync(cancellationToken);
        }

        return first;
    }

    public async Task MoveAsync(long to, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Leaders.Where(l => l.Name == Name && l.Epoch < to).ExecuteUpdateAsync(s => s.SetProperty(l => l.Epoch, to), cancellationToken);
    }

    /// <summary>Nobody wants spans: nothing is owed.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Leaders.Where(l => l.Name == Name).ExecuteDeleteAsync(cancellationToken);
    }
}
