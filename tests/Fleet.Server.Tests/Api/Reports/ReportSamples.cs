using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Transcripts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Calendars;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;

namespace Fleet.Server.Tests.Api.Reports;

/// <summary>Rollouts in which everything has happened: retries, a takeover, questions, a cut transcript, a kept guard, debts, a step marked as done.</summary>
internal static class ReportSamples
{
    public const string Person = "operator/ann.lee";
    public const string Comment = "<b>their mirror</b> is behind & it's known to zone-07";
    public const string Line = "E: Failed to fetch http://10.9.8.7/pitrix-hyper.deb <script>alert(1)</script>";
    public static readonly DateTimeOffset Begin = new(2026, 11, 1, 14, 0, 0, TimeSpan.Zero);
    private static readonly Runbook Runbook = RunbookLoader.Load(BuiltinRunbooks.FindText("qingcloud-upgrade")!).Runbook!;

    private static readonly IReadOnlyList<ReportStep> Steps =
        [.. Runbook.Phases.SelectMany(p => p.Steps.Select(s => new ReportStep(p.Name, p.Title, s.Name, s.Kind, s.With.ToDictionary(w => w.Key, w => w.Value.Replace("${paths.pitrix}", "/pitrix").Replace("${paths.repo}", "/pitrix/repo").Replace("${paths.os-repo}", "/pitrix/os-repo")))))];

    private static readonly string[] Phases = ["preflight", "stage-package", "initialize-installer", "prepare-platform", "upgrade-platform", "verify", "restore-rescue"];
    private static readonly int[] Minutes = [4, 9, 22, 11, 68, 12, 3];

    public static string Zone(int number) => $"zone-{number:00}";

    /// <param name="running">The last zone is under way and asks something.</param>
    public static ReportMaterial Material(int zones, bool running = false, EarlierRollout? earlier = null)
    {
        var all = Enumerable.Range(0, zones).Select(i => Zone(i, zones, running)).ToList();
        var states = all.ConvertAll(z => z.Zone.State);
        var end = all.Max(z => z.Zone.EndedAt) ?? Begin.AddHours(3);
        return new ReportMaterial
        {
            AsOf = end.AddMinutes(30),
            Rollout = new RolloutView
            {
                Id = Guid.Parse("11111111-1111-1111-1111-111111111111"),
                Name = "nov-window",
                State = running ? RolloutState.Running : RolloutState.Failed,
                Package = new PackageRef { FileName = "qingcloud-installer_5.0.2-20261101_amd64.tar.gz", Digest = new string('a', 64), Size = 1, Installer = "5.0.2", Qingcloud = "20261101", Upgrade = "20261101" },
                Runbook = new RunbookRef("qingcloud-upgrade", new string('b', 64)),
                Waves =
                [
                    new WaveView(0, WaveState.Succeeded, [Zone(0)]) { Name = "canary", Verdict = WaveVerdict.Succeeded, PassedBy = "policy:wave" },
                    new WaveView(1, running ? WaveState.Running : WaveState.Failed, [.. Enumerable.Range(1, zones - 1).Select(Zone)]) { Name = "rest" },
                ],
                Phases = Phases,
                Counts = new ZoneCounts { Succeeded = states.Count(s => s == ZoneState.Succeeded), Failed = states.Count(s => s == ZoneState.Failed), Skipped = states.Count(s => s == ZoneState.Skipped), Held = states.Count(s => s == ZoneState.Held) },
                MaxParallel = 4,
                Budget = 3,
                Failures = 1,
                StartedBy = Person,
                StartedAt = Begin,
                EndedAt = running ? null : end,
                TraceId = new string('c', 32),
            },
            Plan = new string('d', 64),
            Steps = Steps,
            Zones = all,
            Audit =
            [
                Entry(1, Person, "rollout-paused", null, Begin.AddMinutes(40), ("comment", Comment)),
                Entry(2, "coordinator", "lease-expired", all[0].Zone, Begin.AddMinutes(50), ("worker", "w7"), ("phase", "upgrade-platform"), ("epoch", "7")),
                Entry(3, "worker:w1", "guard-released", all[0].Zone, Begin.AddMinutes(130), ("guard", "rescue-disabled"), ("nodes", "hyper1")),
            ],
            Earlier = earlier,
        };
    }

    /// <summary>1 failed with a kept guard, 2 was never started, the others did well with an ignored node, a retry and a settled debt.</summary>
    private static ZoneMaterial Zone(int number, int zones, bool running)
    {
        var (failed, skipped, asks) = (number == 1, number == 2, running && number == zones - 1);
        var start = Begin.AddMinutes(number == 0 ? 0 : 30 + (number / 4 * 41) + (number % 4 * 3));
        var id = new Guid(number + 1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);
        var records = new List<StepRecord>();
        var at = start;
        var last = failed || asks ? 4 : Phases.Length - 1;
        for (var p = 0; p <= last && !skipped; p++)
        {
            var steps = Runbook.FindPhase(Phases[p])!.Steps.Where(s => s.When == Condition.Always).ToList();
            foreach (var step in steps.TakeWhile(s => !(failed || asks) || s.Name != "post-upgrade"))
            {
                var took = TimeSpan.FromMinutes((double)Minutes[p] * (1 + (number % 5 * 0.13)) / steps.Count);
                var ends = step.Name == "upgrade-packages" ? took + TimeSpan.FromMinutes(12) : took;
                var bad = failed && step.Name == "upgrade-packages";
                records.Add(Record(Phases[p], step.Name, 1, at, asks && step.Name == "upgrade-packages" ? null : at + ends) with
                {
                    Outcome = asks && step.Name == "upgrade-packages" ? null : bad ? StepOutcome.Failed : StepOutcome.Succeeded,
                    ExitCode = bad ? 1 : null,
                    Findings = bad ? [Finding.Of("packages-failed", ("exit", "1")).WithLines([Line])] : [],
                    ExecutionId = step.Changes ? $"x{number}-{step.Name}" : null,
                });
                at += ends;
                if (number == 0 && step.Name == "bootstrap")
                {
                    records[^1] = records[^1] with { Outcome = StepOutcome.Failed, ExitCode = 3, Findings = [Finding.Of("bootstrap-failed", ("exit", "3"), ("missing", "x")).WithLines([Line])] };
                    records.Add(Record(Phases[p], step.Name, 2, at + TimeSpan.FromMinutes(5), at + TimeSpan.FromMinutes(9)) with { Outcome = StepOutcome.Succeeded });
                    at += TimeSpan.FromMinutes(9);
                }

                if (number == 3 && step.Name == "platform-health")
                    records[^1] = records[^1] with { Outcome = StepOutcome.Failed, SettledAs = "mark-done", SettledBy = Person };
            }
        }

        DateTimeOffset? ended = skipped || asks ? null : at;
        var packages = records.FirstOrDefault(r => r.Step == "upgrade-packages");
        return new ZoneMaterial
        {
            Zone = new ZoneUpgradeView
            {
                Id = id,
                RolloutId = Guid.Empty,
                Name = Zone(number),
                State = skipped ? ZoneState.Skipped : failed ? ZoneState.Failed : asks ? ZoneState.Held : ZoneState.Succeeded,
                Wave = number == 0 ? 0 : 1,
                StartedAt = skipped ? null : start,
                EndedAt = ended,
                TraceId = new string('e', 32),
                PhasesDone = skipped ? [] : [.. Phases.Take(last + (failed || asks ? 0 : 1))],
                Error = failed ? Finding.Of("failed-by", ("by", Person)) : null,
                Steps = records,
                Skipped = number == 3 ? [new SkippedComponent("proxy/proxy", Person)] : [],
                Facts = new Dictionary<string, string>
                {
                    ["versions.old-installer"] = "4.9.3",
                    ["versions.old-qingcloud"] = "20240101",
                    ["versions.old-upgrade"] = "20240101",
                    ["versions.installer"] = "5.0.2",
                    ["versions.qingcloud"] = "20261101",
                    ["versions.upgrade"] = "20261101",
                    ["backup.folder"] = "/pitrix/backup/4.9.3-20240101",
                    ["backup.version"] = "4.9.3-20240101",
                    ["health.baseline"] = """{"Items":212,"Bad":["hyper/hyper3 disk"]}""",
                },
            },
            Decisions = packages is null ? [] :
            [
                Decision(id, number, packages, DecisionKind.Prompt, packages.StartedAt.AddMinutes(2), packages.StartedAt.AddMinutes(3), "yes", "policy:component") with { ByPolicy = true },
                Decision(id, number, packages, DecisionKind.Prompt, packages.StartedAt.AddMinutes(5), asks ? null : packages.StartedAt.AddMinutes(13), asks ? null : "yes", Person),
                Decision(id, number, packages, DecisionKind.Prompt, packages.StartedAt.AddMinutes(9), asks ? null : packages.StartedAt.AddMinutes(15), asks ? null : "typed by hand <i>", Person),
            ],
            Debts = packages is null ? [] :
            [
                new DebtView { Id = id, Zone = Zone(number), ZoneUpgradeId = id, Debt = new Debt(DebtKind.IgnoredNode, "hyper07: hyper/hyper", Comment, Person), Since = packages.StartedAt },
                new DebtView { Id = id, Zone = Zone(number), ZoneUpgradeId = id, Debt = new Debt(DebtKind.ManualOperation, Line, Comment, Person), Since = packages.StartedAt, SettledAt = number == 4 ? at : null, SettledBy = Person, Comment = Comment },
            ],
            Guards = packages is null ? [] : [new ReportGuard(new GuardState { Name = "rescue-disabled", Since = start.AddMinutes(30), Nodes = ["hyper1", "hyper2"], Released = !failed && !asks }, failed ? Person : null)],
            Transcripts = packages is null ? [] : [new TranscriptView { ExecutionId = packages.ExecutionId!, ZoneUpgradeId = id, Step = packages.Step, Attempt = 1, Since = packages.StartedAt, Length = 90_000_000, Cut = number == 1 ? 12_345 : 0 }],
            Windows = CalendarLoader.Load("apiVersion: fleet/v1\ntimeZone: Asia/Shanghai\nwindows:\n  - {name: nights-zone-05, days: [sat, sun], from: \"22:00\", to: \"06:00\"}\n").Calendar!.Windows,
            Undisclosed = Enumerable.Range(0, zones + 8).Where(i => i != number).Select(Zone).Concat(["10.9.8.7", "bastion-pek.example", "ops"]).ToHashSet(StringComparer.OrdinalIgnoreCase),
        };
    }

    private static StepRecord Record(string phase, string step, int attempt, DateTimeOffset from, DateTimeOffset? to) => new() { Phase = phase, Step = step, Attempt = attempt, Epoch = 1, StartedAt = from, EndedAt = to };

    private static ReportDecision Decision(Guid zone, int number, StepRecord step, DecisionKind kind, DateTimeOffset from, DateTimeOffset? to, string? answer, string by) => new(
        new DecisionView
        {
            Id = new Guid(number, 1, (short)from.Minute, [1, 1, 1, 1, 1, 1, 1, 1]),
            Kind = kind,
            State = to is null ? DecisionState.Open : DecisionState.Answered,
            Zone = Zone(number),
            ZoneUpgradeId = zone,
            RolloutId = Guid.Empty,
            RolloutName = "nov-window",
            Phase = step.Phase,
            Step = step.Step,
            Attempt = 1,
            Question = Finding.Of("prompt-failed-nodes", ("text", Line), ("nodes", "hyper07")).WithLines([Line]),
            Choices = ["yes", "no"],
            Fingerprint = "f",
            AskedAt = from,
            Answer = answer,
            AnsweredBy = to is null ? null : by,
            AnsweredAt = to,
            Comment = to is null ? null : Comment,
        },
        ByPolicy: false,
        to);

    private static AuditView Entry(long number, string actor, string code, ZoneUpgradeView? zone, DateTimeOffset at, params (string Name, string Value)[] args) =>
        new(number, at, new AuditEntry { Actor = actor, Code = code, Zone = zone?.Name, ZoneUpgradeId = zone?.Id, Args = args.ToDictionary(a => a.Name, a => a.Value) });
}
