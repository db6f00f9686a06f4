using Fleet.EndToEnd.Tests.Harness;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>Firstboxes that are not well while scripts run on them.</summary>
[Collection(nameof(FaultParts))]
public sealed class ZoneFaultTests(FaultParts parts)
{
    private const long SmallDisk = 4 << 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("The firstboxes' disk under /var/lib/fleet is full for two leases in the middle of scripts", "scripts go on; what cannot be recorded about them is waited for, or a person is asked; nothing is taken for done or begun again")]
    public async Task A_firstbox_whose_disk_is_full_in_mid_script_repeats_nothing()
    {
        await using var site = await FaultSite.StartAsync(parts, o => o with
        {
            Zones = [.. o.Zones.Select(z => z with { Customize = shape => shape with { SmallDisks = new Dictionary<string, long> { ["/var/lib/fleet"] = SmallDisk } } })],
        });
        await site.SpreadAsync();

        foreach (var zone in site.Lab.Zones.Values)
            await zone.RunAsync("head -c 8M /dev/zero >/var/lib/fleet/fill", Cancellation);
        site.OpenGates();
        await site.OutlastAsync(2 * FaultSite.Lease);
        foreach (var zone in site.Lab.Zones.Values)
            await zone.RunAsync("rm -f /var/lib/fleet/fill", Cancellation);

        var shown = await site.EndsWellAsync(d => d.Text("kind") == "unknown-outcome" ? new Reply("fail") : null);
        shown.Items("zones").ShouldAllBe(z => z.Text("state") == "succeeded" || z.Text("state") == "unknown" || z.Text("state") == "failed", shown.ToString());
    }

    [Fact]
    [Fault("The clocks of the firstboxes are an hour ahead or behind", "nothing is decided by a zone's clock; what its logs say of now is told from what they said before by its own clock")]
    public async Task Zones_whose_clocks_are_an_hour_off_are_upgraded_as_others()
    {
        await using var site = await FaultSite.StartAsync(parts, o => o with
        {
            Zones = [.. o.Zones.Select((z, i) => z with { Profile = z.Profile + (i % 2 == 0 ? "+clock-ahead" : "+clock-behind") })],
        });
        await site.BeginAsync();

        await site.AllSucceedAsync();
    }
}
