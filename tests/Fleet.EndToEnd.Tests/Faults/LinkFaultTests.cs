using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class LinkFaultTests(FaultParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("Every SSH link is cut in the middle of a command", "the command goes on under the remote runner; the worker connects again and reads from its offset", Core = true)]
    public async Task A_link_cut_in_mid_command_is_made_again_and_the_command_runs_once()
    {
        await using var site = await FaultSite.StartAsync(parts, o => o with { BreakableLinks = true });
        await site.SpreadAsync();

        foreach (var link in site.Fleet.Links.Values)
            link.Cut();

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("Every SSH link swallows everything without being closed, and heals later", "the link counts as broken after its limit; scripts go on; the worker connects again until it can")]
    public async Task A_blackholed_link_is_given_up_and_made_again_when_it_heals()
    {
        await using var site = await FaultSite.StartAsync(parts, o => o with { BreakableLinks = true });
        await site.SpreadAsync();
        var before = site.Fleet.Links.ToDictionary(l => l.Key, l => l.Value.Connections);

        foreach (var link in site.Fleet.Links.Values)
            link.Blackhole();
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        await Eventually.BeTrueAsync(() => site.Fleet.Links.All(l => l.Value.Connections > before[l.Key]), FaultSite.Limit, Cancellation, () => site.Outputs);
        foreach (var link in site.Fleet.Links.Values)
            link.Heal();

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("The firstboxes' sshd is ended with its sessions, and started again", "as a cut link")]
    public async Task A_restarted_sshd_interrupts_no_command()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        foreach (var zone in site.Lab.Zones.Values)
            await zone.KillSshd(Cancellation);
        site.OpenGates();
        await site.ScriptEndsAsync(FaultSite.InPreUpgrade, "pre_upgrade.sh");
        foreach (var zone in site.Lab.Zones.Values)
            await zone.StartSshd(Cancellation);

        await site.AllSucceedAsync();
    }

    [Fact]
    [Fault("Firstboxes are rebooted in the middle of each kind of script", "what became of a script is unknown: a person is asked, it is never repeated by itself")]
    public async Task A_firstbox_rebooted_in_mid_script_is_unknown_and_a_person_is_asked()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();

        foreach (var zone in site.Lab.Zones.Values)
            await zone.Reboot(Cancellation);
        var asked = new Dictionary<string, string>();
        var shown = await site.EndsWellAsync(
            d =>
            {
                if (d.Text("kind") is "unknown-outcome" or "prompt")
                    asked[d.Text("zone")] = $"{d.Text("kind")} {d.Text("step")}";
                return d.Text("kind") == "unknown-outcome" ? new Reply("fail") : null;
            });

        asked.ShouldBe(
            new Dictionary<string, string>
            {
                [FaultSite.InBootstrap] = "unknown-outcome bootstrap",
                [FaultSite.InPreUpgrade] = "unknown-outcome pre-upgrade",
                [FaultSite.InPackages] = "unknown-outcome upgrade-packages",
                [FaultSite.AtPrompt] = "unknown-outcome upgrade-packages",
                [FaultSite.InPostUpgrade] = "unknown-outcome post-upgrade",
                [FaultSite.OnNodes] = "unknown-outcome nodes-healthy",
            },
            ignoreOrder: true, shown + site.Outputs);
        shown.Items("zones").ShouldAllBe(z => z.Text("state") == "failed" || z.Text("state") == "unknown", shown.ToString());
    }
}
