using Fleet.Cli.Rollouts;
using Fleet.Cli.Tests.Watching;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.RollbackSheets;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Tests.Output;

public sealed class RollbackPageTests
{
    private const string Command = "(\nset -eu\necho 'a `b` *c*'\n)";

    [Fact]
    public void The_page_says_first_that_nothing_happens_by_itself_and_whether_there_is_a_way_back_at_all()
    {
        var page = RollbackPage.Of(Sheet()).ToList();
        page.Where(p => p.Kind == PartKind.Alarm).Select(p => p.Text).Take(3).ShouldBe(
        [
            "Fleet never goes back by itself. Every command here is typed by a person, on the firstbox, as root.",
            "The point of no return is behind: upgrade-platform/upgrade-packages was begun. No backup brings the zone back whole from here.",
            Told.Of(Finding.Of("rollback-record-lost", ("zone", "sh4a"))).Text,
        ]);
        var words = string.Join('\n', page.Select(p => p.Text));
        words.ShouldContain("[ ] The zone must be a person's");
        words.ShouldContain($"sha-256 {new string('d', 64)} (of paths and sizes only)");
        words.ShouldContain("It may have changed the zone. attempt 1: unknown");
        words.ShouldContain("Cannot be undone: the rows");
    }

    [Fact]
    public void In_markdown_commands_stay_as_they_are_and_what_zones_said_is_text()
    {
        var lines = RollbackMarkdown.Lines(RollbackPage.Of(Sheet())).ToList();
        lines[0].ShouldBe("# Rollback sheet of sh4a");
        var at = lines.IndexOf("```");
        string.Join('\n', lines.Skip(at + 1).TakeWhile(l => l != "```")).ShouldBe(Command);
        lines.ShouldContain("- a note \\*loud\\* \\<b\\>");
    }

    [Fact]
    public void A_fence_is_longer_than_what_the_command_has()
    {
        var lines = RollbackMarkdown.Lines([new PagePart(PartKind.Command, "echo '```'")]).ToList();
        lines.ShouldBe(["````", "echo '```'", "````", ""]);
    }

    private static RollbackSheetDocument Sheet() => RollbackSheetDocument.Of(new RollbackSheet
    {
        RolloutId = Guid.Empty,
        Rollout = "nov-window",
        ZoneUpgradeId = Guid.Empty,
        Zone = "sh4a",
        State = ZoneState.Held,
        Phase = "upgrade-platform",
        Step = "upgrade-packages",
        Package = new PackageRef { FileName = "f", Digest = new string('a', 64), Size = 1, Installer = "4.3.2", Qingcloud = "20261101", Upgrade = "20261101" },
        Runbook = new RunbookRef("qingcloud-upgrade", new string('b', 64)),
        AsOf = Some.Now,
        MovedOut = "/pitrix/backup/fleet/x",
        PointOfNoReturn = new PointOfNoReturn("upgrade-platform", "upgrade-packages", true),
        Warnings = [Finding.Of("rollback-record-lost", ("zone", "sh4a"))],
        Before = [new RollbackCondition(Finding.Of("rollback-before-take", ("zone", "sh4a")), false)],
        Phases =
        [
            new PhaseRollback
            {
                Name = "upgrade-platform",
                Title = "Upgrade",
                Done = false,
                Backups = [new VerifiedBackup { Check = "tree", Path = "/b", Files = 1, Bytes = 2, At = Some.Now.AddHours(-2), Digest = new string('d', 64), DigestOf = DigestOf.Sizes }],
                Steps =
                [
                    new StepRollback
                    {
                        Name = "pre-upgrade",
                        Title = "Prepare",
                        Effect = StepEffect.MayHaveChanged,
                        Attempts = [new StepRecord { Phase = "upgrade-platform", Step = "pre-upgrade", Attempt = 1, Epoch = 1, StartedAt = Some.Now, Outcome = StepOutcome.Unknown }],
                        Scripts = [new RollbackScript("Put it back", null, Command, true, [])],
                        CannotUndo = ["the rows"],
                        Notes = ["a note *loud* <b>"],
                    },
                ],
            },
        ],
    });
}
