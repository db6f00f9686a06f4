using Fleet.Contracts.Decisions;
using Fleet.Orchestration.RollbackSheets;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Rollouts;

/// <summary>Rollouts and what people do with them. An id is the Guid, the name, or an unambiguous prefix of either.</summary>
public interface IRollouts
{
    Task<Result<RolloutView>> StartAsync(StartRollout start, string actor, CancellationToken cancellationToken);

    /// <summary>What is wrong with a start apart from its zones, package and runbook: for who could not find those and is to tell all that is wrong.</summary>
    Task<IReadOnlyList<Finding>> CheckSettingsAsync(StartRollout start, CancellationToken cancellationToken);

    /// <summary>Newest first; zones are left out.</summary>
    Task<IReadOnlyList<RolloutView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Names of the zones of each rollout; those of the given ones, or of all.</summary>
    Task<IReadOnlyDictionary<Guid, IReadOnlyList<string>>> ZonesAsync(IReadOnlyCollection<Guid>? rollouts, CancellationToken cancellationToken);

    /// <summary>The zone of a zone upgrade; null: there is no such.</summary>
    Task<string?> ZoneOfAsync(Guid zoneUpgrade, CancellationToken cancellationToken);

    Task<Result<RolloutView>> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>One zone with its step history.</summary>
    Task<Result<ZoneUpgradeView>> FindZoneAsync(string id, string zone, CancellationToken cancellationToken);

    /// <summary>The zone's newest zone upgrade over all rollouts.</summary>
    Task<Result<ZoneUpgradeView>> FindNewestAsync(string zone, CancellationToken cancellationToken);

    /// <summary>What a person needs who goes back on this zone, as of now. Nothing changes by asking.</summary>
    Task<Result<RollbackSheet>> RollbackSheetAsync(string id, string zone, CancellationToken cancellationToken);

    Task<Result<RolloutView>> PauseAsync(string id, string actor, CancellationToken cancellationToken);

    /// <summary>One person's word to a rollout that waits for approval: with enough of them it begins, a rejection ends it.</summary>
    /// <param name="groups">That the person belongs to.</param>
    Task<Result<RolloutView>> ApproveAsync(string id, bool approve, string? comment, string actor, IReadOnlyList<string> groups, CancellationToken cancellationToken);

    /// <summary>One zone, or the zones of one wave: at their next safe points, or before their start.</summary>
    Task<Result<RolloutView>> PauseAsync(string id, RolloutPart part, string? comment, string actor, CancellationToken cancellationToken);

    Task<Result<RolloutView>> ResumeAsync(string id, RolloutPart part, string? comment, string actor, CancellationToken cancellationToken);

    /// <summary>One more zone, in a wave that has not begun. With no wave named: the last of them, or one of its own behind all others.</summary>
    Task<Result<RolloutView>> AddZoneAsync(string id, string zone, string? wave, string? comment, string actor, CancellationToken cancellationToken);

    /// <summary>What was answered in advance is asked again from now on; what was answered stays so.</summary>
    /// <param name="fingerprint">Of the question, or an unambiguous beginning of it.</param>
    Task<Result<RolloutView>> TakeBackAnswerAsync(string id, string fingerprint, string? comment, string actor, CancellationToken cancellationToken);

    /// <summary>What each zone would become, and what would become of guards and questions, were it aborted now. Nothing changes by asking.</summary>
    Task<Result<AbortPreview>> PreviewAbortAsync(string id, bool now, string? zone, CancellationToken cancellationToken);

    /// <summary>Also goes on behind <c>--until</c>, and after the failure budget stopped it (refused while the budget is still spent).</summary>
    Task<Result<RolloutView>> ResumeAsync(string id, string actor, CancellationToken cancellationToken);

    Task<Result<RolloutView>> AbortAsync(string id, AbortRollout abort, string actor, CancellationToken cancellationToken);

    /// <summary>Other limits from now on: what runs goes on, and a budget that was spent stays so until somebody resumes.</summary>
    Task<Result<RolloutView>> LimitAsync(string id, LimitRollout limits, string actor, CancellationToken cancellationToken);

    /// <summary>One zone may start and run outside of its windows; freezes hold.</summary>
    Task<Result<RolloutView>> WaiveAsync(string id, string zone, string reason, string actor, CancellationToken cancellationToken);

    /// <summary>A zone that ended goes on, from the phase where it ended or from <paramref name="from"/>.</summary>
    Task<Result<RolloutView>> RetryAsync(string id, string zone, string? from, string? comment, string actor, CancellationToken cancellationToken);

    /// <summary>A zone that has not started is left out and shown as skipped.</summary>
    Task<Result<RolloutView>> SkipAsync(string id, string zone, string? comment, string actor, CancellationToken cancellationToken);

    /// <summary>A zone that has not started is taken out of this rollout, its counts and its budget.</summary>
    Task<Result<RolloutView>> ExcludeAsync(string id, string zone, string? comment, string actor, CancellationToken cancellationToken);
}

public sealed record StartRollout
{
    /// <summary>Null: made from the package and the day. Unique among rollouts that have not ended.</summary>
    public string? Name { get; init; }
    public required IReadOnlyList<string> Zones { get; init; }
    public required string PackageDigest { get; init; }

    /// <summary>Null: the newest file of the runbook <c>qingcloud-upgrade</c>.</summary>
    public string? RunbookDigest { get; init; }

    /// <summary>1 … 1000; null: a canary, then 4.</summary>
    public int? MaxParallel { get; init; }

    /// <summary><c>N</c> or <c>N%</c>; null: 0.</summary>
    public string? MaxFailures { get; init; }

    /// <summary>The text of a strategy file; null: a canary, then four side by side, one of a region at a time. What is said beside it goes above it.</summary>
    public string? Strategy { get; init; }

    /// <summary>When it begins by itself; null: at once.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Where it could not begin by then it does not begin at all; null: half an hour after <see cref="StartsAt"/>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The plan that this is to be, by its whole hash: refused where anything in it has changed since. Null: none.</summary>
    public string? Plan { get; init; }

    /// <summary>Every zone stops behind this phase until resumed.</summary>
    public string? Until { get; init; }

    /// <summary>False: packages are upgraded without -i (Q18).</summary>
    public bool Interactive { get; init; } = true;
}

/// <summary>One zone of a rollout, or one wave by its name.</summary>
public sealed record RolloutPart
{
    public string? Zone { get; private init; }
    public string? Wave { get; private init; }

    public static RolloutPart OfZone(string zone) => new() { Zone = zone };

    public static RolloutPart OfWave(string wave) => new() { Wave = wave };
}

/// <param name="Now">Kill in mid-work: the zones become unknown. Else at the next safe point.</param>
/// <param name="Zone">One zone only; null: the rollout.</param>
public sealed record AbortRollout(bool Now = false, string? Zone = null, string? Comment = null);

/// <param name="MaxParallel">1 … 1000; null: as it is.</param>
/// <param name="MaxFailures"><c>N</c> or <c>N%</c>; null: as it is.</param>
public sealed record LimitRollout(int? MaxParallel, string? MaxFailures, string? Comment = null);
