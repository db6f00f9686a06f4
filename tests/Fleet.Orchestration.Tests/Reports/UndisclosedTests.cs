using Fleet.Contracts.Phases;
using Fleet.Orchestration.Reports;
using Fleet.Orchestration.Tests.Parts;

namespace Fleet.Orchestration.Tests.Reports;

public sealed class UndisclosedTests
{
    [Fact]
    public void A_zone_is_told_its_own_names_and_neither_those_of_others_nor_how_any_is_reached()
    {
        var region = Samples.Zone("pek") with { Traits = Samples.Traits with { ZoneIds = [new ZoneIdTraits("pek1a", ZoneKind.Global, false), new ZoneIdTraits("pek1b", ZoneKind.Sub, false)] } };
        var other = Samples.Zone("cd1a");
        var told = new Undisclosed(new[] { region, other }.ToDictionary(z => z.Name), ["pek", "gone1a"]).For("pek");
        told.Order().ShouldBe(["cd1a", "cd1a.example", "gone1a", "pek.example", "root"]);
        new Undisclosed(new[] { region, other }.ToDictionary(z => z.Name), ["gone1a"]).For("gone1a").ShouldNotContain("gone1a");
    }
}
