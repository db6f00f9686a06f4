using System.Text;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Runbooks.Builtin;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Store;

/// <summary>Before anything else starts: migrations, this installation's name, the built-in runbooks.</summary>
internal sealed partial class StoreOpening(
    IDbContextFactory<FleetDbContext> contexts, StoreSchema schema, RunbookFilesService runbooks, Installation installation, OrchestrationOptions options, TimeProvider time, ILogger<StoreOpening> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await schema.ReadyAsync(cancellationToken);
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var known = await KnownAsync(db, cancellationToken);
            (installation.Id, installation.FirstEpoch) = (known.Installation, known.FirstEpoch);
            if (options.SingleProcess)
                await ForgetEarlierProcessAsync(db, cancellationToken);
        }

        foreach (var name in BuiltinRunbooks.Names)
        {
            var added = await runbooks.AddAsync(Encoding.UTF8.GetBytes(BuiltinRunbooks.FindText(name)!), signature: null, Actors.Coordinator, builtIn: true, cancellationToken);
            if (!added.Ok)
                throw new InvalidOperationException($"The built-in runbook {name} is wrong: {added.Problems[0].Code}.");
        }

        LogOpened(installation.Id);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<InstallationRow> KnownAsync(FleetDbContext db, CancellationToken cancellationToken)
    {
        if (await db.Installations.FindAsync([1], cancellationToken) is { } known)
            return known;
        if (await db.Audit.AnyAsync(cancellationToken) || await db.Zones.AnyAsync(cancellationToken))
            throw new InvalidOperationException("The store holds what a backup's restore left when it was interrupted. Restore the backup again, into an empty database.");
        db.Installations.Add(new InstallationRow { Id = 1, Installation = Guid.NewGuid().ToString("N") });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            // Another coordinator opened the new store at the same time.
            db.ChangeTracker.Clear();
        }

        return await db.Installations.SingleAsync(cancellationToken);
    }

    private async Task ForgetEarlierProcessAsync(FleetDbContext db, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddTicks(-1);
        await db.Workers.ExecuteDeleteAsync(cancellationToken);
        await db.Leases.ExecuteUpdateAsync(s => s.SetProperty(l => l.ExpiresAt, before), cancellationToken);
        await db.Leaders.ExecuteUpdateAsync(s => s.SetProperty(l => l.ExpiresAt, before), cancellationToken);
    }

    [LoggerMessage(2000, LogLevel.Information, "The store is open; this is installation {Installation}")]
    private partial void LogOpened(string installation);
}
