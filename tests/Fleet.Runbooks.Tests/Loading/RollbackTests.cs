using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;
using static Fleet.Runbooks.Tests.Loading.Samples;

namespace Fleet.Runbooks.Tests.Loading;

public sealed class RollbackTests
{
    private const string Right = """
        rollback:
          pointOfNoReturn: true
          cannotUndo: [The tool's rows]
          notes: ["See ${paths.tool}"]
          commands:
            - title: Put it back
              backup: ${facts.backup.folder}/tool
              run: mv ${paths.tool} ${rollback.moved-out}/
            - {title: Look, on: first-snapshot-node, run: ls /pitrix}
        """;

    [Fact]
    public void A_way_back_is_read_as_it_is_written()
    {
        var rollback = RunbookLoader.Load(WithStep(Right)).Runbook.ShouldNotBeNull().Phases[0].Steps[0].Rollback.ShouldNotBeNull();
        rollback.PointOfNoReturn.ShouldBeTrue();
        rollback.CannotUndo.ShouldBe(["The tool's rows"]);
        rollback.Notes.ShouldBe(["See ${paths.tool}"]);
        rollback.Commands.Select(c => (c.Title, c.On, c.Backup)).ShouldBe([("Put it back", RollbackPlace.Firstbox, "${facts.backup.folder}/tool"), ("Look", RollbackPlace.FirstSnapshotNode, null)]);
        rollback.Commands[0].Run.ShouldBe("mv ${paths.tool} ${rollback.moved-out}/", "values are put in, quoted, where somebody reads it");
        RunbookLoader.Load(Small).Runbook!.Phases[0].Steps[0].Rollback.ShouldBeNull();
    }

    [Theory]
    [InlineData("on: first-snapshot-node", "on: somewhere", "file-bad-choice")]
    [InlineData("pointOfNoReturn: true", "pointOfNoReturn: perhaps", "file-bad-flag")]
    [InlineData("notes:", "remarks:", "file-unknown-key")]
    [InlineData("title: Look, ", "", "file-missing-key")]
    [InlineData("ls /pitrix", "ls /pitrix/*", "runbook-command-cannot-travel")]
    [InlineData("mv ${paths.tool}", "mv ${paths.toll}", "runbook-unknown-setting-like")]
    public void What_is_wrong_with_it_is_told(string right, string wrong, string code) => TheOnlyProblem(WithStep(Right.Replace(right, wrong, StringComparison.Ordinal))).Code.ShouldBe(code);

    [Fact]
    public void A_site_changes_what_cannot_be_undone_and_keeps_the_commands()
    {
        var loaded = RunbookLoader.Load(Site("""
            phases:
              - name: initialize-installer
                steps:
                  - name: bootstrap
                    rollback: {cannotUndo: [Ours]}
            """));
        var rollback = loaded.Runbook.ShouldNotBeNull().FindPhase("initialize-installer")!.FindStep("bootstrap")!.Rollback.ShouldNotBeNull();
        var built = BuiltinRunbooks.Find(BuiltinRunbooks.QingcloudUpgrade)!.FindPhase("initialize-installer")!.FindStep("bootstrap")!.Rollback!;
        rollback.CannotUndo.ShouldBe(["Ours"]);
        rollback.Commands.ShouldBe(built.Commands);
        RunbookLoader.Load(loaded.Text).Runbook.ShouldNotBeNull().Digest.ShouldBe(loaded.Runbook!.Digest, "as one file it says the same");
    }

    [Fact]
    public void Every_step_of_the_built_in_runbook_that_changes_a_zone_says_how_to_go_back_or_that_nothing_does()
    {
        var runbook = BuiltinRunbooks.Find(BuiltinRunbooks.QingcloudUpgrade)!;
        var steps = runbook.Phases.SelectMany(p => p.Steps).ToList();
        steps.Where(s => s.Changes && s.Rollback is null).Select(s => s.Name).ShouldBeEmpty();
        steps.First(s => s.Rollback is { PointOfNoReturn: true }).Name.ShouldBe("upgrade-packages");
        foreach (var command in steps.SelectMany(s => s.Rollback?.Commands ?? []))
        {
            // A value is put in as one quoted word: between double quotes its own quotes would count as text.
            foreach (var quoted in command.Run.Split('"').Where((_, i) => i % 2 == 1))
                Placeholders.In(quoted).ShouldBeEmpty(command.Title);
        }
    }
}
