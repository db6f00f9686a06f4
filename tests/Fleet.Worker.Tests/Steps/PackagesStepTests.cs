using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Steps;

public sealed class PackagesStepTests
{
    [Fact]
    public async Task A_group_with_nodes_that_the_script_never_asked_about_is_told_and_stays_to_be_done()
    {
        var zone = new ScriptedZone();
        zone.OnRead("fleet-marker:", "fleet-marker:there\n{}");
        zone.OnRead("echo prepared", "prepared\n");
        zone.OnRead("fleet-group", "fleet-group hyper\nnodes=(\"h1\")\nfleet-group old1a-webservice\nnodes=(\"w1\")\nfleet-group \n");
        zone.On("upgrade_pkgs.sh", "Are you sure to update [hyper] nodes with [hyper] packages [y/N]?  Updating [h1] with [hyper ~ ] ... OK.\nAll done.\n[fleet] exit=0 log-was=none marker-was=none marker-is=7:1.5 sizes=\n");
        var step = new Step
        {
            Name = "packages",
            Title = "packages",
            Implements = [],
            Kind = "upgrade-packages",
            Command = "/pitrix/upgrade/upgrade_pkgs.sh -i",
            Changes = true,
            TimeLimit = TimeSpan.FromMinutes(5),
            Done = new DoneProof { Marker = "/pitrix/upgrade/upgrade_pkgs.Done", SuccessLine = "All done" },
        };
        var settings = new[] { "version-file", "pre-upgrade-marker", "nodes", "settings" }.ToDictionary(n => $"paths.{n}", n => $"/pitrix/{n}");
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(step) with { Settings = settings }, zone);
        await worker.SendAsync(Small.Command() with { Interactive = true });
        var finished = await worker.ReportAsync<StepFinished>();
        finished.Outcome.ShouldBe(StepOutcome.Succeeded, string.Join('\n', finished.Findings));
        finished.Findings.Single(f => f.Code == "groups-not-asked").Args["groups"].ShouldBe("old1a-webservice");
        finished.Debts.ShouldBe([new Debt(DebtKind.SkippedComponent, "old1a-webservice", "not-asked", null)]);
    }
}
