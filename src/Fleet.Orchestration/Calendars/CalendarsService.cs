using Fleet.Contracts.Decisions;
using Fleet.Contracts.Rollouts;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Runbooks.Calendars;
using Fleet.Runbooks.Facts;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fleet.Orchestration.Calendars;

internal sealed class CalendarsService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, TimeProvider time) : ICalendars
{
    public async Task<CalendarView?> FindAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Calendars.FindAsync([CalendarStore.Id], cancellationToken) is { Text.Length: > 0 } row ? View(row) : null;
    }

    public async Task<Result<CalendarView>> SetAsync(string text, string actor, CancellationToken cancellationToken)
    {
        var digest = "";
        if (text.Length > 0)
        {
            var loaded = CalendarLoader.Load(text);
            IReadOnlyList<Finding> problems = [.. loaded.Problems.Select(StartCheck.Told), .. loaded.Calendar is null ? [] : CalendarRules.Problems(loaded.Calendar)];
            if (problems.Count > 0)
                return Result.Invalid<CalendarView>(problems);
            digest = loaded.Calendar!.Digest;
        }

        return await transactions.RunAsync(
            async (db, outgoing) =>
            {
                var now = time.GetUtcNow();
                var row = await db.Calendars.FindAsync([CalendarStore.Id], cancellationToken);
                if (row is not null && row.Digest == digest)
                    return Result.Ok(View(row));
                if (row is null)
                    db.Calendars.Add(row = new CalendarRow { Id = CalendarStore.Id, Text = text, Digest = digest, SetBy = actor, SetAt = now });
                AuditWriter.Add(db, [new AuditEntry { Actor = actor, Code = "calendar-set", Args = new Dictionary<string, string> { ["digest"] = digest, ["was"] = row.Text == text ? "" : row.Digest } }], now);
                (row.Text, row.Digest, row.SetBy, row.SetAt) = (text, digest, actor, now);
                // What runs follows: the reconciler would see it too, some seconds later.
                foreach (var id in await db.Rollouts.AsNoTracking().Where(r => r.EndedAt == null).Select(r => r.CorrelationId).ToListAsync(cancellationToken))
                    outgoing.Publish(new RolloutDue(id));
                return Result.Ok(View(row));
            },
            cancellationToken);
    }

    public async Task<IReadOnlyList<ZoneOpening>> LookAsync(IReadOnlyList<string> zones, string? phase, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var calendar = await CalendarStore.ReadAsync(db, cancellationToken);
        var known = await db.Zones.AsNoTracking().Where(z => zones.Contains(z.Name)).OrderBy(z => z.Name).Select(z => z.Zone).ToListAsync(cancellationToken);
        var (wanted, moment) = (phase ?? RunbookPhases.Preflight, Instant.FromDateTimeOffset(at));
        return [.. known.Select(z =>
        {
            var openings = CalendarRules.Of(calendar, z);
            var closed = CalendarRules.Closed(openings, wanted, waived: false, at);
            return new ZoneOpening(z.Name, closed, closed is null ? openings.OpenUntil(wanted, moment)?.ToDateTimeOffset() : null, closed is null ? null : openings.OpensAt(wanted, moment)?.ToDateTimeOffset());
        })];
    }

    private static CalendarView View(CalendarRow row) => new(row.Text, row.Digest, row.SetAt, row.SetBy);
}
