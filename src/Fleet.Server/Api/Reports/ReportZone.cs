using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Checks;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Records;

namespace Fleet.Server.Api.Reports;

/// <summary>One zone within the report of a rollout.</summary>
public sealed record ReportZone
{
    public required string Name { get; init; }
    public required ZoneState State { get; init; }

    /// <summary>Why it stands still though nothing is asked; null: it does not.</summary>
    public string? Standing { get; init; }
    public required string Wave { get; init; }

    /// <summary>Why it did not go well.</summary>
    public Told? Error { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? TraceId { get; init; }

    /// <summary>From its start to its end, or to now: the sum of the three below.</summary>
    public required double Seconds { get; init; }
    public required double WorkingSeconds { get; init; }
    public required double WaitingSeconds { get; init; }

    /// <summary>Paused, outside of its windows, or without a worker.</summary>
    public required double StandingSeconds { get; init; }

    /// <summary>While a person was waited for.</summary>
    public required IReadOnlyList<Stretch> Waiting { get; init; }
    public required ReportVersions? VersionsBefore { get; init; }

    /// <summary>As they were known last.</summary>
    public required ReportVersions? VersionsAfter { get; init; }

    /// <summary>The runbook's last look has found the package's versions there.</summary>
    public required bool AtTarget { get; init; }

    /// <summary>Null: nobody looked.</summary>
    public ReportHealthBefore? HealthBefore { get; init; }
    public ReportHealthAfter? HealthAfter { get; init; }
    public required IReadOnlyList<ReportZonePhase> Phases { get; init; }

    /// <summary>Every try of every step, in the order in which they began.</summary>
    public required IReadOnlyList<ReportZoneStep> Steps { get; init; }

    /// <summary>Questions to people. What the runbook answered by itself is counted in <see cref="AnsweredByPolicy"/>.</summary>
    public required IReadOnlyList<ReportedDecision> Decisions { get; init; }

    /// <summary>Policy → how many questions it answered.</summary>
    public required IReadOnlyDictionary<string, int> AnsweredByPolicy { get; init; }
    public required IReadOnlyList<ReportBackup> Backups { get; init; }
    public required IReadOnlyList<ReportZoneGuard> Guards { get; init; }
    public required IReadOnlyList<SkippedComponent> Skipped { get; init; }
    public required IReadOnlyList<ReportDebt> Debts { get; init; }
    public ReportCheck? Check { get; init; }
    public required IReadOnlyList<ReportWindow> Windows { get; init; }
    public ReportWaiver? Waiver { get; init; }

    /// <summary>What did not go as it should there, and what was done about it.</summary>
    public required IReadOnlyList<AuditDocument> Incidents { get; init; }
}

/// <param name="Upgrade">Null: not known.</param>
public sealed record ReportVersions(string Installer, string Qingcloud, string? Upgrade);

/// <param name="Items">So many were looked at.</param>
/// <param name="Bad">Those that were not well.</param>
public sealed record ReportHealthBefore(int Items, IReadOnlyList<string> Bad);

/// <param name="Well">Nothing is unhealthy that was fine before; null: the look did not tell.</param>
/// <param name="Findings">What it found.</param>
public sealed record ReportHealthAfter(DateTimeOffset At, bool? Well, IReadOnlyList<Told> Findings);

/// <param name="Done">It ended well.</param>
/// <param name="Working">While its steps were under way and no person was waited for.</param>
public sealed record ReportZonePhase(string Name, string Title, bool Done, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, double WorkingSeconds, double WaitingSeconds, IReadOnlyList<Stretch> Working);

public sealed record ReportZoneStep
{
    public required string Phase { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Questions that it asked meanwhile included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Null: it is under way, or its end was never told.</summary>
    public StepOutcome? Outcome { get; init; }

    /// <summary>It was found done: nothing was run.</summary>
    public required bool AlreadyDone { get; init; }

    /// <summary><c>ignore</c> or <c>mark-done</c>: a person let the zone go on although it did not succeed.</summary>
    public string? SettledAs { get; init; }
    public string? SettledBy { get; init; }
    public int? ExitCode { get; init; }
    public required IReadOnlyList<Told> Findings { get; init; }
    public string? ExecutionId { get; init; }

    /// <summary>Bytes that it printed, as far as they are stored without a gap; null: it printed nothing that is stored.</summary>
    public long? Printed { get; init; }

    /// <summary>Of these, bytes that were not kept.</summary>
    public long? Cut { get; init; }
}

public sealed record ReportedDecision
{
    public required Guid Id { get; init; }
    public required DecisionKind Kind { get; init; }
    public required DecisionState State { get; init; }

    /// <summary>For one about a wave.</summary>
    public string? Wave { get; init; }
    public required string Phase { get; init; }
    public required string Step { get; init; }
    public required int Attempt { get; init; }
    public required Told Question { get; init; }
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Null: it is open, or when it was closed is not known.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Null: when it was closed is not known.</summary>
    public double? WaitingSeconds { get; init; }
    public string? Answer { get; init; }
    public string? AnsweredBy { get; init; }

    /// <summary>It was answered in advance, with another one.</summary>
    public required bool InAdvance { get; init; }
    public string? Comment { get; init; }

    /// <summary>Of a checklist: item → answer.</summary>
    public required IReadOnlyDictionary<string, string> Items { get; init; }
}

/// <param name="Place">The machine that it lies on: <c>firstbox</c> or <c>first-snapshot-node</c>.</param>
/// <param name="At">When it was looked at last; null: never.</param>
/// <param name="Bytes">As counted then; null: not kept.</param>
/// <param name="Digest">Lower-case hex sha-256, of contents or, of a large tree, of paths and sizes (<paramref name="DigestOf"/>); null: none was made.</param>
public sealed record ReportBackup(string Step, string Place, string Path, BackupState State, DateTimeOffset? At, Told? Problem, long? Bytes = null, string? Digest = null, DigestOf? DigestOf = null);

/// <param name="Since">Null: it was being set; some nodes may carry it.</param>
/// <param name="HadBefore">Nodes that had it before; they keep it.</param>
/// <param name="ReleasedAt">Null: it is in force, or when it was released is not known.</param>
public sealed record ReportZoneGuard(string Name, DateTimeOffset? Since, IReadOnlyList<string> Nodes, IReadOnlyList<string> HadBefore, bool Released, DateTimeOffset? ReleasedAt, string? KeptBy);

public sealed record ReportDebt(DebtKind Kind, string What, string Reason, string? By, DateTimeOffset Since, DateTimeOffset? SettledAt, string? SettledBy, string? Comment);

/// <summary>The last look at the zone before the rollout was started.</summary>
public sealed record ReportCheck(Guid Check, CheckState State, DateTimeOffset AskedAt, string AskedBy, IReadOnlyList<Told> Findings);

/// <param name="Days">Like <c>sat, sun</c> or <c>2026-11-01</c>.</param>
/// <param name="From">Time of day, like <c>22:00</c>.</param>
/// <param name="To">Not after <paramref name="From"/>: on the next day.</param>
/// <param name="Phases">It is for these only; none: for all.</param>
public sealed record ReportWindow(string Name, string TimeZone, string Days, string From, string To, IReadOnlyList<string> Phases);

/// <summary>A person let the zone be worked on outside of its windows.</summary>
public sealed record ReportWaiver(string By, string? Because);
