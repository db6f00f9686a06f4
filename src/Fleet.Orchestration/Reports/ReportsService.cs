using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Calendars;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transcripts;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Calendars;
using Fleet.Runbooks.Model;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Reports;

internal sealed class ReportsService(IDbContextFactory<FleetDbContext> contexts, RunbookCatalog runbooks, TimeProvider time) : IReports
{
    private const int MostEarlier = 20;

    /// <summary>Beside what people did: incidents, and when what is no longer open was closed.</summary>
    private static readonly string[] AlsoTold = [.. Incidents.Codes, "decision-withdrawn", "decision-expired", "guard-released"];

    public async Task<Result<ReportMaterial>> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await RolloutReader.MatchAsync(db, id, cancellationToken);
        if (!found.Ok)
            return found.As<Guid, ReportMaterial>();
        var row = (await db.Rollouts.AsNoTracking().SingleAsync(r => r.CorrelationId == found.Value, cancellationToken)).Row;
        var view = await RolloutReader.ReadWholeAsync(db, row, now, cancellationToken);
        var inventory = await db.Zones.AsNoTracking().Select(z => z.Zone).ToDictionaryAsync(z => z.Name, cancellationToken);
        var audit = await AuditAsync(db, row.Id, cancellationToken);
        var decisions = await DecisionsAsync(db, row, audit, cancellationToken);
        return Result.Ok(new ReportMaterial
        {
            AsOf = now,
            Rollout = view with { Zones = [] },
            Plan = row.Plan ?? audit.FirstOrDefault(a => a.Entry.Code == "rollout-started")?.Entry.Args.GetValueOrDefault("plan"),
            Steps = StepsOf(await runbooks.GetAsync(db, row.Runbook.Digest, cancellationToken)),
            Zones = await ZonesAsync(db, row, view, decisions, inventory, cancellationToken),
            Decisions = [.. decisions.Where(d => d.View.Zone is null)],
            Audit = audit,
            Earlier = await EarlierAsync(db, row, inventory, now, cancellationToken),
        });
    }

    private static async Task<IReadOnlyList<ZoneMaterial>> ZonesAsync(
        FleetDbContext db, Rollout row, RolloutView view, IReadOnlyList<ReportDecision> decisions, Dictionary<string, InventoryZone> inventory, CancellationToken cancellationToken)
    {
        var ids = row.Included.Select(z => z.ZoneUpgradeId).ToList();
        var names = row.Included.Select(z => z.Zone).ToList();
        var upgrades = await db.ZoneUpgrades.AsNoTracking().Where(z => z.RolloutId == row.Id).ToDictionaryAsync(z => z.CorrelationId, z => z.Row, cancellationToken);
        var debts = (await db.Debts.AsNoTracking().Where(d => ids.Contains(d.ZoneUpgradeId)).OrderBy(d => d.Since).ToListAsync(cancellationToken)).ToLookup(d => d.ZoneUpgradeId, DebtsService.View);
        var transcripts = (await db.Transcripts.AsNoTracking().Where(t => ids.Contains(t.ZoneUpgradeId)).OrderBy(t => t.Since).ToListAsync(cancellationToken)).ToLookup(t => t.ZoneUpgradeId, View);
        var checks = await db.ZoneChecks.AsNoTracking()
            .Where(c => names.Contains(c.Zone) && c.AskedAt < row.StartedAt && c.EndedAt != null)
            .GroupBy(c => c.Zone).Select(g => g.OrderByDescending(c => c.AskedAt).First()).ToDictionaryAsync(c => c.Zone, c => c.Check, cancellationToken);
        var calendar = await CalendarStore.ReadAsync(db, cancellationToken);
        var shown = view.Zones.ToDictionary(z => z.Id);
        var undisclosed = new Undisclosed(inventory, row.Zones.Select(z => z.Zone));
        return [.. row.Included.Select(member => new ZoneMaterial
        {
            Zone = shown[member.ZoneUpgradeId],
            Decisions = [.. decisions.Where(d => d.View.ZoneUpgradeId == member.ZoneUpgradeId)],
            Debts = [.. debts[member.ZoneUpgradeId]],
            Guards = [.. upgrades[member.ZoneUpgradeId].Guards.Select(g => new ReportGuard(g, upgrades[member.ZoneUpgradeId].KeptGuards.GetValueOrDefault(g.Name)))],
            Transcripts = [.. transcripts[member.ZoneUpgradeId]],
            Check = checks.TryGetValue(member.Zone, out var check) ? ChecksService.View(check, before: null) : null,
            Windows = inventory.TryGetValue(member.Zone, out var zone) ? CalendarRules.Of(calendar, zone).Windows : [],
            WaivedBy = member.Waiver?.By,
            WaivedBecause = member.Waiver?.Reason,
            Undisclosed = undisclosed.For(member.Zone),
        })];
    }

    private static async Task<IReadOnlyList<ReportDecision>> DecisionsAsync(FleetDbContext db, Rollout row, IReadOnlyList<AuditView> audit, CancellationToken cancellationToken)
    {
        var rows = await db.Decisions.AsNoTracking().Where(d => d.RolloutId == row.Id).OrderBy(d => d.AskedAt).ToListAsync(cancellationToken);
        var closed = audit.Where(a => a.Entry.Code is "decision-withdrawn" or "decision-expired" && a.Entry.Args.ContainsKey("decision"))
            .GroupBy(a => a.Entry.Args["decision"]).ToDictionary(g => g.Key, g => g.Last().At);
        return [.. rows.Select(d => new ReportDecision(
            DecisionViews.Of(d, row.Name, alike: 0),
            d.Decision.Answer is { } answer ? answer.By.StartsWith("policy:", StringComparison.Ordinal) : d.Decision.Prompt?.Policy is not null,
            d.Decision.IsOpen ? null : d.Decision.Answer?.At ?? (closed.TryGetValue(d.Id.ToString("N"), out var at) ? at : d.Decision.State == DecisionState.Expired ? d.Decision.ExpiresAt : null)))];
    }

    private static async Task<IReadOnlyList<AuditView>> AuditAsync(FleetDbContext db, Guid rollout, CancellationToken cancellationToken)
    {
        var rows = await db.Audit.AsNoTracking()
            .Where(a => a.RolloutId == rollout && (AlsoTold.Contains(a.Code) || (a.Actor != Actors.Coordinator && !a.Actor.StartsWith("policy:") && !a.Actor.StartsWith("worker:"))))
            .OrderBy(a => a.Number).ToListAsync(cancellationToken);
        return [.. rows.Select(AuditService.View)];
    }

    /// <summary>The newest one before it by the same runbook, over zones of the same kinds and about as many.</summary>
    private static async Task<EarlierRollout?> EarlierAsync(FleetDbContext db, Rollout row, Dictionary<string, InventoryZone> inventory, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = await db.Rollouts.AsNoTracking().Where(r => r.StartedAt < row.StartedAt && r.EndedAt != null).OrderByDescending(r => r.StartedAt).Take(MostEarlier).Select(r => r.Row).ToListAsync(cancellationToken);
        foreach (var other in before.Where(other => RolloutShape.IsAlike(row, other, inventory)))
        {
            var upgrades = await db.ZoneUpgrades.AsNoTracking().Where(z => z.RolloutId == other.Id).ToDictionaryAsync(z => z.CorrelationId, z => z.Row, cancellationToken);
            var decisions = await DecisionsAsync(db, other, await AuditAsync(db, other.Id, cancellationToken), cancellationToken);
            var whole = await RolloutReader.ReadWholeAsync(db, other, now, cancellationToken);
            var phases = PhaseTimes.Of(whole.Zones.Where(z => upgrades.ContainsKey(z.Id)).Select(z => (z.PhasesDone, ZoneTimes.Of(z, whole.Phases, [.. decisions.Where(d => d.View.ZoneUpgradeId == z.Id)], now))));
            if (phases.Count > 0)
                return new EarlierRollout(other.Id, other.Name, other.StartedAt, other.Included.Count(), phases);
        }

        return null;
    }

    private static IReadOnlyList<ReportStep> StepsOf(Runbook runbook) =>
        [.. runbook.Phases.SelectMany(p => p.Steps.Select(s => new ReportStep(p.Name, p.Title, s.Name, s.Kind, s.With.ToDictionary(w => w.Key, w => Filled(w.Value, runbook)))))];

    private static string Filled(string text, Runbook runbook) =>
        text.Contains("${", StringComparison.Ordinal) ? runbook.Settings.Aggregate(text, (t, s) => t.Replace($"${{{s.Key}}}", s.Value, StringComparison.Ordinal)) : text;

    private static TranscriptView View(TranscriptRow row) => new()
    {
        ExecutionId = row.ExecutionId,
        ZoneUpgradeId = row.ZoneUpgradeId,
        Step = row.Step,
        Attempt = row.Attempt,
        Since = row.Since,
        Length = row.Length,
        Cut = row.Cut,
    };
}
