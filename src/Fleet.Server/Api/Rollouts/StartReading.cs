using Fleet.Contracts.Decisions;
using Fleet.Orchestration;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Packages;
using Fleet.Orchestration.Planning;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.RunbookFiles;
using Fleet.Orchestration.Zones;
using Fleet.Server.Access;
using Fleet.Server.Api.Zones;

namespace Fleet.Server.Api.Rollouts;

/// <summary>Makes of a request what a rollout or a plan is made from: the zones that its selector means now, its package, its runbook. All that is wrong is told at once.</summary>
internal sealed class StartReading(IRollouts rollouts, IPlans plans, IZones zones, IPackages packages, IRunbookFiles runbooks, Sight sight)
{
    public async Task<Result<(string Selector, StartRollout Start)>> ReadAsync(StartRequest request, CancellationToken cancellationToken)
    {
        if (request.Plan is not null)
            return await OfPlanAsync(request, cancellationToken);
        List<Finding> missing =
        [
            .. request.Zones is null ? [Finding.Of("start-without-zones")] : Array.Empty<Finding>(),
            .. request.Package is null ? [Finding.Of("start-without-package")] : Array.Empty<Finding>(),
        ];
        var selected = request.Zones is { } selector ? await ZoneSelection.SelectAsync(zones, selector, sight, Permission.Start, cancellationToken) : null;
        var package = request.Package is { } id ? await packages.FindAsync(id, cancellationToken) : null;
        var runbook = request.Runbook is null ? null : await runbooks.FindAsync(request.Runbook, cancellationToken);
        var start = new StartRollout
        {
            Name = request.Name,
            Zones = [.. (selected?.Value ?? []).Select(z => z.Zone.Name)],
            PackageDigest = package?.Value?.Package.Digest ?? "",
            // One that was not found stays what was given, which is no digest.
            RunbookDigest = runbook?.Value?.Digest ?? request.Runbook,
            MaxParallel = request.MaxParallel,
            MaxFailures = request.MaxFailures,
            Strategy = request.Strategy,
            StartsAt = request.StartsAt,
            ExpiresAt = request.ExpiresAt,
            Until = request.Until,
            Interactive = !request.Auto,
        };
        return missing.Count == 0 && selected is { Ok: true } && package is { Ok: true } && runbook is not { Ok: false }
            ? Result.Ok((await MeantAsync(request.Zones!, start, cancellationToken), start))
            : Result.Invalid<(string, StartRollout)>([.. missing, .. selected?.Problems ?? [], .. package?.Problems ?? [], .. runbook?.Problems ?? [], .. await rollouts.CheckSettingsAsync(start, cancellationToken)]);
    }

    /// <summary>For who sees some zones only, all of them are those; a zone that comes later is not meant.</summary>
    private async Task<string> MeantAsync(string selector, StartRollout start, CancellationToken cancellationToken) =>
        (await sight.SeenAsync(cancellationToken)).All ? selector : ZoneSelector.Of(start.Zones).Text;

    private async Task<Result<(string Selector, StartRollout Start)>> OfPlanAsync(StartRequest request, CancellationToken cancellationToken)
    {
        if (request with { Plan = null, Name = null, StartsAt = null, ExpiresAt = null } != new StartRequest())
            return Result.Invalid<(string, StartRollout)>(Finding.Of("plan-and-more"));
        var planned = await plans.RequestAsync(request.Plan!, cancellationToken);
        if (!planned.Ok)
            return planned;
        var selected = await ZoneSelection.SelectAsync(zones, planned.Value.Selector, sight, Permission.Start, cancellationToken);
        return selected.Ok
            ? Result.Ok((planned.Value.Selector, planned.Value.Start with { Name = request.Name, StartsAt = request.StartsAt, ExpiresAt = request.ExpiresAt, Zones = [.. selected.Value.Select(z => z.Zone.Name)] }))
            : Result.Conflict<(string, StartRollout)>([Finding.Of("plan-changed", ("plan", planned.Value.Start.Plan![..12])), .. selected.Problems]);
    }
}
