using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Transcripts;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Access;

/// <summary>Which zones a request is about, by its path.</summary>
internal sealed class Concerned(IRollouts rollouts, IDecisions decisions, IPlans plans, IChecks checks, ITranscripts transcripts, IDebts debts)
{
    /// <param name="NotFound">What is answered where it is not there, or not to be seen.</param>
    public sealed record Zones(IReadOnlyList<string> Names, Finding NotFound, bool IsApproval = false);

    /// <returns>Null: there is no such thing, and the endpoint says so itself.</returns>
    public async Task<Zones?> OfAsync(HttpContext http, ScopeOf scope, CancellationToken cancellationToken) => scope switch
    {
        ScopeOf.Zone => OfZone(Value(http, "zone") is { Length: > 0 } zone ? zone : Value(http, "name")),
        ScopeOf.RolloutZone => await OfRolloutZoneAsync(Value(http, "id"), Value(http, "zone"), cancellationToken),
        ScopeOf.Report when http.Request.Query["zone"].ToString() is { Length: > 0 } zone => await OfRolloutZoneAsync(Value(http, "id"), zone, cancellationToken),
        ScopeOf.Rollout or ScopeOf.WholeRollout or ScopeOf.Report => await OfRolloutAsync(Value(http, "id"), cancellationToken),
        ScopeOf.Decision => await OfDecisionAsync(Value(http, "id"), cancellationToken),
        ScopeOf.Transcript => await OfTranscriptAsync(Value(http, "executionId"), cancellationToken),
        ScopeOf.Plan => await plans.FindAsync(Value(http, "hash"), cancellationToken) is { Ok: true } plan ? new Zones([.. plan.Value!.Zones.Select(z => z.Zone)], Finding.Of("plan-not-found", ("plan", Value(http, "hash")))) : null,
        ScopeOf.Check => await checks.FindAsync(Value(http, "id"), cancellationToken) is { Ok: true } check ? new Zones([.. check.Value!.Zones.Select(z => z.Zone)], Finding.Of("check-not-found", ("check", Value(http, "id")))) : null,
        ScopeOf.Debt => await OfDebtAsync(Value(http, "id"), cancellationToken),
        _ => throw new InvalidOperationException($"An endpoint says {scope}, and nothing says which zones that are."),
    };

    private static Zones OfZone(string zone) => new([zone], Finding.Of("zone-not-found", ("zone", zone)));

    private async Task<Zones?> OfRolloutAsync(string id, CancellationToken cancellationToken) =>
        await rollouts.FindAsync(id, cancellationToken) is { Ok: true } found ? new Zones([.. found.Value!.Zones.Select(z => z.Name)], Finding.Of("rollout-not-found", ("id", id))) : null;

    private async Task<Zones?> OfRolloutZoneAsync(string id, string zone, CancellationToken cancellationToken)
    {
        var seen = await OfRolloutAsync(id, cancellationToken);
        // Of a rollout of which nothing is seen not even the name is told back.
        return seen is null ? null : new Zones([zone], Finding.Of("zone-not-in-rollout", ("zone", zone), ("rollout", id)));
    }

    private async Task<Zones?> OfDecisionAsync(string id, CancellationToken cancellationToken)
    {
        if (await decisions.FindAsync(id, cancellationToken) is not { Ok: true, Value: { } decision })
            return null;
        var missing = Finding.Of("decision-not-found", ("id", id));
        if (decision.Zone is { } zone)
            return new Zones([zone], missing);
        var all = await rollouts.ZonesAsync([decision.RolloutId], cancellationToken);
        return new Zones(all.GetValueOrDefault(decision.RolloutId, []), missing, decision.Kind == DecisionKind.Approval);
    }

    private async Task<Zones?> OfTranscriptAsync(string execution, CancellationToken cancellationToken) =>
        await transcripts.FindAsync(execution, cancellationToken) is { } found && await rollouts.ZoneOfAsync(found.ZoneUpgradeId, cancellationToken) is { } zone
            ? new Zones([zone], Finding.Of("transcript-not-found", ("execution", execution)))
            : null;

    private async Task<Zones?> OfDebtAsync(string id, CancellationToken cancellationToken) =>
        Guid.TryParse(id, out var debt) && (await debts.ListAsync(null, openOnly: false, cancellationToken)).FirstOrDefault(d => d.Id == debt) is { } found
            ? new Zones([found.Zone], Finding.Of("debt-not-found", ("id", id)))
            : null;

    private static string Value(HttpContext http, string name) => http.Request.RouteValues[name]?.ToString() ?? "";
}
