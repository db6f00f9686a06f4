using Fleet.Server.Api.Rollouts;
using Fleet.Server.Tests.Api.Reports;

namespace Fleet.Server.Tests.Api;

public sealed class TimelineTests
{
    [Fact]
    public void A_timeline_is_of_the_upgrades_phases_and_not_of_what_was_done_on_the_zone_afterwards()
    {
        var material = ReportSamples.Material(4);
        var zone = material.Zones[0].Zone;
        var later = zone.Steps[^1] with { Phase = "readmit-nodes", Step = "put-nodes-back", StartedAt = zone.EndedAt!.Value.AddDays(2), EndedAt = null };
        var timeline = Timeline.Of(material.Rollout, [zone with { Steps = [.. zone.Steps, later] }], material.AsOf);
        timeline.Zones.Single().Phases.Select(p => p.Phase).ShouldBe(zone.Steps.Select(s => s.Phase).Distinct());
        timeline.Zones.Single().Phases.SelectMany(p => p.Steps).ShouldAllBe(s => s.EndedAt != null);
    }
}
