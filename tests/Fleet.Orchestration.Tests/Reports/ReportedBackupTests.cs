using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Tests.Reports;

public sealed class ReportedBackupTests
{
    private const string Dump = "/pitrix/backup/4.9.3-20240101/db.gz";
    private const string Tree = "/pitrix/qingcloud-bak.4.9.3-20240101";
    private static readonly DateTimeOffset Begin = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ReportStep[] Steps =
    [
        new("prepare", "Prepare", "backups", "check-backups", new Dictionary<string, string>
        {
            ["expect"] = "dump ${facts.backup.folder}/db.gz\ntree@snapshot /pitrix/qingcloud-bak.${facts.backup.version} of /pitrix/conf\nfile /only/old before 4.2.0\nfolder ${facts.never.read}/x",
        }),
    ];

    public static TheoryData<StepOutcome?, string?, BackupState, BackupState> Looks => new()
    {
        { StepOutcome.Succeeded, null, BackupState.Verified, BackupState.Verified },
        { StepOutcome.Failed, $"backup-short|node1:{Tree}", BackupState.Verified, BackupState.NotWhole },
        { StepOutcome.Failed, $"backup-missing|{Dump}", BackupState.NotWhole, BackupState.Verified },
        { StepOutcome.Failed, $"backup-not-read|node1:{Tree}", BackupState.Verified, BackupState.Unknown },
        { StepOutcome.Failed, $"no-snapshot-node|{Tree}", BackupState.Verified, BackupState.NotWhole },
        { StepOutcome.Failed, "ssh-unreachable|", BackupState.Unknown, BackupState.Unknown },
        { StepOutcome.Unknown, null, BackupState.Unknown, BackupState.Unknown },
        { StepOutcome.Skipped, null, BackupState.Unknown, BackupState.Unknown },
        { null, null, BackupState.Unknown, BackupState.Unknown },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public void A_backup_is_verified_only_where_a_look_has_told_so(StepOutcome? outcome, string? finding, BackupState dump, BackupState tree)
    {
        var findings = finding?.Split('|') is [var code, var path] ? new[] { Finding.Of(code, ("path", path)) } : [];
        var told = ReportedBackup.Of(Zone(outcome is null ? [] : [Record(1, outcome, findings)]), Steps);
        told.Select(b => b.Path).ShouldBe([Dump, Tree], "what is for older installers, and what cannot be told, is left out");
        told.Select(b => b.State).ShouldBe([dump, tree]);
    }

    [Fact]
    public void The_newest_look_that_ended_counts()
    {
        var told = ReportedBackup.Of(Zone([Record(1, StepOutcome.Failed, Finding.Of("backup-missing", ("path", Dump))), Record(2, StepOutcome.Succeeded), Record(3, null) with { EndedAt = null }]), Steps);
        told.ShouldAllBe(b => b.State == BackupState.Verified && b.At == Begin.AddMinutes(2));
    }

    [Fact]
    public void What_was_found_whole_is_known_again_by_its_digest()
    {
        VerifiedBackup Kept(string path, string? node, string digest) => new() { Check = "dump", Node = node, Path = path, Files = 1, Bytes = 9, At = Begin, Digest = digest, DigestOf = DigestOf.Contents };
        var told = ReportedBackup.Of(Zone([Record(1, StepOutcome.Succeeded) with { Backups = [Kept(Dump, null, "d1"), Kept(Tree, "snap1", "d2"), Kept(Dump, "snap1", "d3")] }]), Steps);
        told.Select(b => b.Kept?.Digest).ShouldBe(["d1", "d2"]);
    }

    private static ZoneUpgradeView Zone(IReadOnlyList<StepRecord> steps) => new()
    {
        Id = Guid.Empty,
        RolloutId = Guid.Empty,
        Name = "pek1a",
        State = ZoneState.Running,
        Steps = steps,
        Facts = new Dictionary<string, string> { ["backup.folder"] = "/pitrix/backup/4.9.3-20240101", ["backup.version"] = "4.9.3-20240101", ["versions.old-installer"] = "4.9.3" },
    };

    private static StepRecord Record(int attempt, StepOutcome? outcome, params Finding[] findings) =>
        new() { Phase = "prepare", Step = "backups", Attempt = attempt, Epoch = 1, StartedAt = Begin, EndedAt = Begin.AddMinutes(attempt), Outcome = outcome, Findings = findings };
}
