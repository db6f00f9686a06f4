using Fleet.EndToEnd.Tests.Harness;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class RebootFaultTests(FaultParts parts)
{
    private static readonly string[] BetweenSteps = [FaultSite.InBootstrap, FaultSite.InPreUpgrade, FaultSite.InPostUpgrade, FaultSite.OnNodes];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("Firstboxes are rebooted while their zones stand paused between two steps", "nothing ran there, so nothing is unknown: they go on with the next step when they are resumed")]
    public async Task A_firstbox_rebooted_between_two_steps_goes_on_and_nobody_is_asked()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        await site.Operator.DoAsync(Cancellation, "rollout", "pause", site.Rollout);
        site.OpenGatesOf(BetweenSteps);
        await site.NobodyHoldsAsync(BetweenSteps);
        foreach (var zone in BetweenSteps)
            await site.Zone(zone).Reboot(Cancellation);
        await site.Operator.DoAsync(Cancellation, "rollout", "resume", site.Rollout);

        var asked = new List<string>();
        var shown = await site.EndsWellAsync(d =>
        {
            if (d.Text("kind") is not ("prompt" or "manual"))
                asked.Add(d.ToString());
            return null;
        });
        asked.ShouldBeEmpty();
        shown.Text("state").ShouldBe("succeeded", shown + site.Outputs);
    }
}
