using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests;

/// <summary>Whatever phase a zone is in, it can be let stand, ended and tried again, and nothing runs twice that nobody asked for.</summary>
[Trait("Speed", "Slow")]
public sealed class PhaseSteeringTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    /// <summary>Those of a special sub zone, whose website is upgraded too.</summary>
    private static readonly string[] Phases = ["preflight", "stage-package", "initialize-installer", "prepare-platform", "upgrade-platform", "verify", "restore-rescue", "global-website"];
    private static readonly string[] Scripts = ["upgrade.sh", "pre_upgrade.sh", "upgrade_pkgs.sh", "post_upgrade.sh"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_each_phase_one_zone_is_paused_one_is_aborted_and_goes_on_and_one_goes_back_to_that_phase()
    {
        string[] kinds = ["pause", "goon", "back"];
        await using var site = await EmbeddedFleet.StartAsync([.. kinds.SelectMany(k => Phases.Select((_, i) => new ZoneSpec($"{k}{i}", "special-sub")))], Cancellation);
        var rollout = await site.StartAsync("all", Cancellation, "--max-parallel", "24", "--max-failures", "24", "--name", "steered");
        var steered = new Dictionary<string, string>();
        var standing = new Dictionary<string, int>();
        var retried = new HashSet<string>();

        JsonElement shown = default;
        await Eventually.BeTrueAsync(
            async () =>
            {
                shown = await site.Operator.ShowAsync(rollout, Cancellation);
                foreach (var zone in shown.Items("zones"))
                    await SteerAsync(site, rollout, zone, steered, standing, retried);
                foreach (var decision in await site.Operator.OpenDecisionsAsync(Cancellation))
                    await site.Operator.AnswerAsync(decision.Text("id"), new Reply(decision.Text("kind") == "guard" ? "keep" : "retry"), Cancellation);
                return shown.Text("state") is "succeeded" or "failed";
            },
            Limit, Cancellation, () => shown + site.Server.Output);

        shown.Text("state").ShouldBe("succeeded", shown + site.Server.Output);
        steered.Keys.Order().ShouldBe(site.Lab.Zones.Keys.Order());
        foreach (var (zone, phase) in steered)
            phase.ShouldBeOneOf(Phases[zone[^1] - '0'], Phases.ElementAtOrDefault(zone[^1] - '0' + 1) ?? "end");
        standing.Keys.Order().ShouldBe(site.Lab.Zones.Keys.Where(z => z.StartsWith("pause", StringComparison.Ordinal)).Order());
        retried.Count.ShouldBe(2 * Phases.Length);
        foreach (var zone in site.Lab.Zones.Values)
        {
            var begun = zone.Journal().Where(e => e.What == "begin").Select(e => e.Script).ToList();
            foreach (var script in Scripts)
                begun.Count(s => s == script).ShouldBeInRange(1, zone.Name.StartsWith("back", StringComparison.Ordinal) ? 2 : 1, $"{script} on {zone.Name}");
            zone.NodesWith("/pitrix/conf/disable_hyperpair_rescue").ShouldBeEmpty(zone.Name);
        }
    }

    private static async Task SteerAsync(EmbeddedFleet site, string rollout, JsonElement zone, Dictionary<string, string> steered, Dictionary<string, int> standing, HashSet<string> retried)
    {
        var (name, state, phase) = (zone.Text("name"), zone.Text("state"), zone.TextOrNull("phase"));
        var kind = name[..^1];
        if (!steered.ContainsKey(name))
        {
            if (state != "running" || phase != Phases[name[^1] - '0'])
                return;
            if (kind == "pause")
                await site.Operator.PostAsync($"/api/v1/rollouts/{rollout}/zones/{name}/pause", new { comment = "look" }, Cancellation);
            else
                await site.Operator.PostAsync($"/api/v1/rollouts/{rollout}/abort", new { zone = name, comment = "stop" }, Cancellation);
            steered[name] = phase;
        }
        else if (kind == "pause" && zone.TextOrNull("standsSince") is not null)
        {
            // Seen standing twice with nothing begun between: then it goes on.
            var begun = site.Lab.Zones[name].Journal().Count(e => e.What == "begin");
            if (!standing.TryAdd(name, begun))
            {
                begun.ShouldBe(standing[name], $"nothing begins on {name} while it stands");
                steered[name] = phase!;
                await site.Operator.PostAsync($"/api/v1/rollouts/{rollout}/zones/{name}/resume", new { }, Cancellation);
            }
        }
        else if (state == "aborted" && retried.Add(name))
        {
            await site.Operator.PostAsync($"/api/v1/rollouts/{rollout}/zones/{name}/retry", new { from = kind == "back" ? Phases[name[^1] - '0'] : null, comment = "again" }, Cancellation);
        }
    }
}
