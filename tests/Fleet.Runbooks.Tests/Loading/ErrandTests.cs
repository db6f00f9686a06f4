using System.Text;
using Fleet.Runbooks.Loading;

namespace Fleet.Runbooks.Tests.Loading;

/// <summary>Phases that no upgrade goes through, for when a person asks.</summary>
public sealed class ErrandTests
{
    private const string Errand = """

        errands:
          - name: later
            title: What is done afterwards
            steps:
              - name: again
                title: Run it again
                implements: [Q1]
                kind: shell
                command: ${paths.tool} --again
                timeLimit: 1h
                changes: true
        """;

    [Fact]
    public void Errands_are_read_beside_the_phases_and_are_found_by_name()
    {
        var runbook = RunbookLoader.Load(Samples.Small + Errand).Runbook.ShouldNotBeNull();
        runbook.Phases.Select(p => p.Name).ShouldBe(["only"]);
        runbook.Errands.Select(p => p.Name).ShouldBe(["later"]);
        runbook.FindPhase("later").ShouldBeSameAs(runbook.Errands[0]);
        RunbookLoader.Load(Samples.Small).Runbook!.Errands.ShouldBeEmpty();
    }

    [Fact]
    public void A_phase_and_an_errand_share_no_name() =>
        Samples.TheOnlyProblem(Samples.Small + Errand.Replace("name: later", "name: only")).Code.ShouldBe("file-duplicate-name");

    [Fact]
    public void Two_changing_steps_of_one_name_are_refused_where_a_file_is_added_and_read_where_it_was_taken_before()
    {
        var text = Samples.Small + Errand.Replace("name: again", "name: run");
        var problem = Samples.TheOnlyProblem(text);
        (problem.Code, problem.Args["name"], problem.Args["phase"]).ShouldBe(("runbook-step-name-taken", "run", "only"));
        RunbookLoader.Load(text, stored: true).Runbook.ShouldNotBeNull();
        RunbookLoader.Load(Encoding.UTF8.GetBytes(text), stored: true).Runbook.ShouldNotBeNull();
    }
}
