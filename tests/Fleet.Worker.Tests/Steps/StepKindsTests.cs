using Fleet.Runbooks.Model;
using Fleet.Worker.Steps;
using Fleet.Worker.Steps.Shell;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Steps;

public sealed class StepKindsTests
{
    [Fact]
    public void Two_kinds_of_one_name_stop_the_start_and_are_named() =>
        Should.Throw<InvalidOperationException>(() => new StepKinds([new ShellStep(), new ShellStep()])).Message.ShouldContain("'shell' is registered twice");

    [Fact]
    public void A_runbook_with_an_unknown_kind_stops_the_start_and_names_it()
    {
        var runbook = Small.Runbook(Small.Shell("a", "x"), Small.Shell("b", "x") with { Kind = "teleport" });
        Should.Throw<InvalidOperationException>(() => new StepKinds(StepKinds.BuiltIn).Check(runbook)).Message.ShouldContain("'teleport' (step phase/b)");
    }

    [Fact]
    public void Every_kind_that_is_built_in_may_be_named_by_a_runbook() =>
        StepKinds.BuiltIn.Select(k => k.Name).Except(StepKindDeclarations.All.Select(d => d.Name)).ShouldBeEmpty();
}
