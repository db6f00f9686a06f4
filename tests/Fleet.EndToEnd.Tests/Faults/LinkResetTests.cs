using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class LinkResetTests(FaultParts parts)
{
    [Fact]
    [Fault("Every SSH link carries 20 KB a second only", "everything takes longer; a slow link is no broken one")]
    public async Task A_throttled_link_makes_everything_slower_and_nothing_wrong()
    {
        await using var site = await FaultSite.StartAsync(parts, o => o with { BreakableLinks = true });
        foreach (var link in site.Fleet.Links.Values)
            link.Throttle(20_000);
        await site.BeginAsync();

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("Every SSH connection is reset after some thousand bytes from the zone: in the middle of a frame, of an answer to a question, of a look", "what is asked is safe to ask twice; output is read again from its offset")]
    public Task Links_reset_in_mid_frame_again_and_again_lose_no_byte() => ResetAgainAndAgainAsync(Flow.ToClient, 6_000, 30_000);

    [Fact]
    [Fault("Every SSH connection is reset after some thousand bytes to the zone: in the middle of a command, of an answer to a prompt", "an answer is given once, at its offset; a start that was not heard of is asked about first")]
    public Task Links_reset_in_mid_answer_again_and_again_answer_each_prompt_once() => ResetAgainAndAgainAsync(Flow.ToServer, 20_000, 60_000);

    [Fact]
    [Fault("Every SSH connection is reset in the middle of the upload", "the upload goes on behind the bytes that arrived")]
    public async Task Links_reset_in_mid_upload_cost_no_byte_that_arrived()
    {
        const int Megabyte = 1024 * 1024;
        await using var site = await FaultSite.StartAsync(parts, o => o with { BreakableLinks = true, PackagePadding = 12 * Megabyte });
        foreach (var link in site.Fleet.Links.Values)
            link.CutEachAfter(Flow.ToServer, () => Random.Shared.Next(3 * Megabyte, 6 * Megabyte));
        await site.BeginAsync();

        await site.AllSucceedAsync();
        site.Fleet.Links.Values.ShouldAllBe(l => l.Resets > 0 && l.Passed(Flow.ToServer) < 40 * Megabyte);
    }

    [Fact]
    [Fault("Every SSH link is cut, then refused for 5 s, then reset while it is being made, again and again", "connecting is tried again, later each time; nothing of the zone is concluded from it")]
    public async Task Links_that_break_while_they_are_made_are_made_again()
    {
        await using var site = await FaultSite.StartAsync(parts, o => o with { BreakableLinks = true });
        await site.SpreadAsync();

        foreach (var link in site.Fleet.Links.Values)
        {
            link.Refuse();
            link.Cut();
        }

        site.OpenGates();
        await site.OutlastAsync(TimeSpan.FromSeconds(5));
        foreach (var link in site.Fleet.Links.Values)
        {
            link.Heal();
            link.CutEachAfter(Flow.ToClient, () => Random.Shared.Next(1, 1200));
        }

        await Eventually.BeTrueAsync(() => site.Fleet.Links.Values.All(l => l.Resets > 1), FaultSite.Limit, TestContext.Current.CancellationToken, () => site.Outputs);
        foreach (var link in site.Fleet.Links.Values)
            link.Heal();

        await site.AllSucceedAsync();
    }

    private async Task ResetAgainAndAgainAsync(Flow flow, int fewest, int most)
    {
        await using var site = await FaultSite.StartAsync(parts, o => o with { BreakableLinks = true });
        foreach (var link in site.Fleet.Links.Values)
            link.CutEachAfter(flow, () => Random.Shared.Next(fewest, most));
        await site.BeginAsync();

        await site.AllSucceedAsync();
        site.Fleet.Links.Values.Sum(l => l.Resets).ShouldBeGreaterThan(10);
    }
}
