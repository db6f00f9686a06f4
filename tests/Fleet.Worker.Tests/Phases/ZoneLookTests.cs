using Fleet.Contracts.Phases;
using Fleet.Worker.Phases;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Phases;

public sealed class ZoneLookTests
{
    private static readonly PackageRef Target = Small.Command().Package with { Installer = "4.10.0", Qingcloud = "20200630", Upgrade = "20200701" };

    [Theory]
    [InlineData("4.9.3", "20190318", null, null)]
    [InlineData("4.10.0", "20200630", "20200701", null)]
    [InlineData("4.10.0", "20200630", "20200801", "4.10.0-20200630, on the way to 20200801")]
    [InlineData("4.9.3", "20190318", "20190401", "4.9.3-20190318, on the way to 20190401")]
    [InlineData("4.9.9", "20190318", null, "4.9.9-20190318")]
    public void A_zone_at_other_versions_than_recorded_or_wanted_or_on_the_way_to_another_was_changed_by_somebody(string installer, string qingcloud, string? under, string? now)
    {
        var upgrade = under is null ? "\"upgrade\":\"20190318\"" : $"\"old_upgrade\":\"20190318\",\"new_upgrade\":\"{under}\"";
        var look = ZoneLook.Parse("--fleet--\n--fleet--\n{\"current\":{" + $"\"installer\":\"{installer}\",\"qingcloud\":\"{qingcloud}\",{upgrade}" + "}}");
        var facts = new Dictionary<string, string> { ["versions.installer"] = "4.9.3", ["versions.qingcloud"] = "20190318" };
        look.ChangedVersions(facts, Target)?.Args["now"].ShouldBe(now);
        (look.ChangedVersions(facts, Target) is null).ShouldBe(now is null);
    }
}
