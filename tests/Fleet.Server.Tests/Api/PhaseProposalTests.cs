using Fleet.Contracts.Phases;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Zones;

namespace Fleet.Server.Tests.Api;

public sealed class PhaseProposalTests
{
    private static readonly string[] Phases = ["preflight", "stage-package", "initialize-installer", "prepare-platform", "upgrade-platform", "verify", "restore-rescue"];

    [Theory]
    [InlineData(0, "layout=json installer=4.2.1 qingcloud=20190318 upgrade=20190401", "", "preflight")]
    [InlineData(2, "layout=json installer=4.2.1 qingcloud=20190318 upgrade=20190401", "", "initialize-installer")]
    [InlineData(4, "layout=json installer=4.2.1 qingcloud=20190318 upgrade=20190401", "", "initialize-installer")]
    [InlineData(4, "layout=json installer=4.2.1 qingcloud=20190318 upgrade=20190401", "pre_upgrade.Done", "stage-package")]
    [InlineData(1, "layout=json installer=4.3.2 qingcloud=20261101 old-upgrade=20190401 new-upgrade=20261105", "", "stage-package")]
    [InlineData(2, "layout=json installer=4.3.2 qingcloud=20261101 old-upgrade=20190401 new-upgrade=20261105", "", "initialize-installer")]
    [InlineData(3, "layout=json installer=4.3.2 qingcloud=20261101 old-upgrade=20190401 new-upgrade=20261105", "", "prepare-platform")]
    [InlineData(4, "layout=json installer=4.3.2 qingcloud=20261101 old-upgrade=20190401 new-upgrade=20261105", "pre_upgrade.Done,upgrade_pkgs.Done", "upgrade-platform")]
    [InlineData(5, "layout=json installer=4.3.2 qingcloud=20261101 old-upgrade=20190401 new-upgrade=20261105", "", "upgrade-platform")]
    [InlineData(5, "layout=json installer=4.3.2 qingcloud=20261101 upgrade=20190401", "", "initialize-installer")]
    [InlineData(1, "layout=json installer=4.3.2 qingcloud=20261101 upgrade=20261105", "", "upgrade-platform")]
    [InlineData(6, "layout=json installer=4.3.2 qingcloud=20261101 upgrade=20261105", "", "restore-rescue")]
    [InlineData(4, "layout=json installer=4.3.2 qingcloud=20261101 old-upgrade=20190401 new-upgrade=20200101", "", null)]
    [InlineData(4, "layout=json installer=4.4.0 qingcloud=20270101 upgrade=20270101", "", null)]
    [InlineData(4, "layout=unreadable", "", null)]
    [InlineData(4, "layout=plain installer=3.9.1", "", null)]
    [InlineData(7, "layout=json installer=4.3.2 qingcloud=20261101 upgrade=20261105", "", null)]
    [InlineData(3, null, "", null)]
    public void What_was_read_says_how_far_the_record_can_be_believed(int done, string? versions, string markers, string? proposed) =>
        PhaseProposal.Of(Upgrade(done), Rollout(), Facts(versions, markers)).ShouldBe(proposed);

    [Theory]
    [InlineData(null, 2, "initialize-installer")]
    [InlineData("stage-package", 3, "stage-package")]
    [InlineData("verify", 6, "restore-rescue")]
    [InlineData(null, 7, null)]
    public void The_record_goes_on_with_its_phase_or_the_first_that_is_not_done(string? phase, int done, string? recorded) =>
        PhaseProposal.Recorded(Upgrade(done) with { Phase = phase, PhasesDone = [.. Phases[..done].Where(p => p != phase || phase == "verify")] }, Rollout()).ShouldBe(recorded);

    private static Dictionary<string, string> Facts(string? versions, string markers)
    {
        var facts = new Dictionary<string, string>();
        if (versions is null)
            return facts;
        foreach (var pair in versions.Split(' ').Select(v => v.Split('=')))
            facts[$"versions.{pair[0]}"] = pair[1];
        facts["markers.present"] = markers;
        return facts;
    }

    private static ZoneUpgradeView Upgrade(int done) => new() { Id = Guid.Empty, RolloutId = Guid.Empty, Name = "pek1a", State = ZoneState.Running, PhasesDone = Phases[..done] };

    private static RolloutView Rollout() => new()
    {
        Id = Guid.Empty,
        Name = "r",
        State = RolloutState.Running,
        Package = new PackageRef { FileName = "p", Digest = "d", Size = 1, Installer = "4.3.2", Qingcloud = "20261101", Upgrade = "20261105" },
        Runbook = new RunbookRef("qingcloud-upgrade", "d"),
        Phases = Phases,
        Waves = [],
        Counts = new ZoneCounts(),
        MaxParallel = 1,
        Budget = 0,
        Failures = 0,
        StartedBy = "operator",
        StartedAt = DateTimeOffset.UnixEpoch,
    };
}
