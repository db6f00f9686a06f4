using System.Text.Json.Serialization;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Api.Packages;

namespace Fleet.Server.Api.Rollouts;

/// <summary>A rollout; in lists without its zones and waves.</summary>
public sealed record RolloutDocument
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required RolloutState State { get; init; }

    /// <summary>Why it is paused, stopped or ended otherwise than well.</summary>
    public Told? Reason { get; init; }
    public required PackageDocument Package { get; init; }
    public required RunbookRef Runbook { get; init; }

    /// <summary>The runbook's phases, in order.</summary>
    public required IReadOnlyList<string> Phases { get; init; }
    public required IReadOnlyList<WaveDocument> Waves { get; init; }
    public required IReadOnlyList<RolloutZoneDocument> Zones { get; init; }
    public required ZoneCounts Counts { get; init; }
    public required int MaxParallel { get; init; }

    /// <summary>The strategy file's name; null: none was given.</summary>
    public string? Strategy { get; init; }
    public required BudgetDocument Budget { get; init; }

    /// <summary>Answers that people gave in advance to what its zones will ask.</summary>
    public required IReadOnlyList<AdvanceAnswerView> AnswersInAdvance { get; init; }

    /// <summary>The hash of the plan that it was started by or that people approve: it begins only as that says.</summary>
    public string? Plan { get; init; }

    /// <summary>Null: nobody has to approve.</summary>
    public ApprovalView? Approval { get; init; }

    /// <summary>Of one that was scheduled: when it begins, and until when it still might.</summary>
    public DateTimeOffset? StartsAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? Until { get; init; }
    public required bool Interactive { get; init; }
    public required int OpenDecisions { get; init; }
    public required string StartedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? TraceId { get; init; }

    public static RolloutDocument Of(RolloutView view) => new()
    {
        Id = view.Id,
        Name = view.Name,
        State = view.State,
        Reason = view.Reason is null ? null : Told.Of(view.Reason),
        Package = PackageDocument.Of(view.Package),
        Runbook = view.Runbook,
        Phases = view.Phases,
        Waves = [.. view.Waves.Select(WaveDocument.Of)],
        Zones = [.. view.Zones.Select(RolloutZoneDocument.Of)],
        Counts = view.Counts,
        MaxParallel = view.MaxParallel,
        Strategy = view.Strategy,
        Budget = new BudgetDocument(view.Budget, view.Failures),
        AnswersInAdvance = view.AnswersInAdvance,
        Plan = view.Plan,
        Approval = view.Approval,
        StartsAt = view.StartsAt,
        ExpiresAt = view.ExpiresAt,
        Until = view.Until,
        Interactive = view.Interactive,
        OpenDecisions = view.OpenDecisions,
        StartedBy = view.StartedBy,
        StartedAt = view.StartedAt,
        EndedAt = view.EndedAt,
        TraceId = view.TraceId,
    };
}

/// <summary>Zones that may run side by side.</summary>
public sealed record WaveDocument
{
    public required int Index { get; init; }

    /// <summary>Null in rollouts of before waves had names.</summary>
    public string? Name { get; init; }
    public required WaveState State { get; init; }
    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>Who lets its zones stand; null: nobody.</summary>
    public string? PausedBy { get; init; }

    /// <summary>While it bakes: when its zones are looked at.</summary>
    public DateTimeOffset? BakesUntil { get; init; }
    public WaveVerdict? Verdict { get; init; }

    /// <summary>Why the verdict is not a good one.</summary>
    public required IReadOnlyList<Told> Because { get; init; }

    /// <summary>Who let the next wave begin; null: nobody yet, or no verdict was asked for.</summary>
    public string? PassedBy { get; init; }

    public static WaveDocument Of(WaveView view) => new()
    {
        Index = view.Index,
        Name = view.Name,
        State = view.State,
        Zones = view.Zones,
        PausedBy = view.PausedBy,
        BakesUntil = view.BakesUntil,
        Verdict = view.Verdict,
        Because = [.. view.Because.Select(Told.Of)],
        PassedBy = view.PassedBy,
    };
}

/// <param name="Allowed">So many zones may fail.</param>
/// <param name="Used">So many count as failed now.</param>
public sealed record BudgetDocument(int Allowed, int Used);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StartRequest
{
    /// <summary>Which zones: <c>all</c>, names, or labels. Left out where <see cref="Plan"/> is given.</summary>
    public string? Zones { get; init; }

    /// <summary>A package's id, file name, digest or an unambiguous beginning of it. Left out where <see cref="Plan"/> is given.</summary>
    public string? Package { get; init; }

    /// <summary>A plan's hash or an unambiguous beginning of it: what it says is done, or nothing where anything in it has changed since. Only a name and times may be given beside it.</summary>
    public string? Plan { get; init; }

    /// <summary>A strategy file's text; null: one zone first, then 4 side by side, one of a region at a time.</summary>
    public string? Strategy { get; init; }
    public string? Name { get; init; }

    /// <summary>A runbook's name or digest; null: the newest <c>qingcloud-upgrade</c>.</summary>
    public string? Runbook { get; init; }

    /// <summary>1 … 1000; null: one zone first, then 4 side by side.</summary>
    public int? MaxParallel { get; init; }

    /// <summary><c>N</c> or <c>N%</c>; null: none may fail.</summary>
    public string? MaxFailures { get; init; }

    /// <summary>When it begins by itself; null: at once.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Where it could not begin by then it does not begin at all; null: half an hour after <see cref="StartsAt"/>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Every zone stops behind this phase.</summary>
    public string? Until { get; init; }

    /// <summary>True: packages are upgraded without -i, nothing is asked per component (Q18).</summary>
    public bool Auto { get; init; }
}

/// <param name="Now">Kill in mid-work; <see cref="Zone"/> must be given. Else at the next safe point.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AbortRequest(bool Now = false, string? Zone = null, string? Comment = null);

/// <param name="Zone">A zone of the inventory.</param>
/// <param name="Wave">The name of a wave that has not begun; null: the last of them, or one of its own behind all others.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AddZoneRequest(string Zone, string? Wave = null, string? Comment = null);

/// <param name="Reason">Why; kept in the audit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WaiveRequest(string Reason);

/// <param name="From">The phase to go on from; null: where it ended.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ZoneRequest(string? From = null, string? Comment = null);

/// <param name="MaxParallel">1 … 1000; null: as it is.</param>
/// <param name="MaxFailures"><c>N</c> or <c>N%</c>; null: as it is.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LimitRequest(int? MaxParallel = null, string? MaxFailures = null, string? Comment = null);
