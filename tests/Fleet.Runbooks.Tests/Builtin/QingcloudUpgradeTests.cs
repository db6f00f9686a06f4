using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Tests.Builtin;

public sealed class QingcloudUpgradeTests
{
    private static readonly Runbook Runbook = Load();

    private static IEnumerable<Step> Steps => Runbook.Phases.SelectMany(p => p.Steps);

    [Fact]
    public void The_built_in_runbook_is_right() => RunbookLoader.Load(BuiltinRunbooks.FindText(BuiltinRunbooks.QingcloudUpgrade)!).Problems.ShouldBeEmpty();

    [Fact]
    public void Every_line_of_the_upgrade_document_has_a_step() =>
        Enumerable.Range(1, 25).Select(n => $"Q{n}").Except(Steps.SelectMany(s => s.Implements)).ShouldBeEmpty();

    [Fact]
    public void The_phases_stand_in_the_order_of_the_document() => Runbook.Phases.Select(p => p.Name).ShouldBe(
        ["preflight", "stage-package", "initialize-installer", "prepare-platform", "upgrade-platform", "verify", "restore-rescue", "global-website"]);

    [Fact]
    public void Nothing_in_preflight_changes_the_zone() => Runbook.FindPhase("preflight")!.Steps.ShouldAllBe(s => !s.Changes);

    [Theory]
    [InlineData("bootstrap")]
    [InlineData("pre-upgrade")]
    [InlineData("upgrade-packages")]
    [InlineData("post-upgrade")]
    [InlineData("website")]
    public void What_must_not_run_twice_by_itself_is_not_repeatable(string step) => Step(step).Repeatable.ShouldBeFalse();

    [Fact]
    public void Packages_are_upgraded_only_under_the_guard_and_the_guard_is_released_after_verify()
    {
        var packages = Step("upgrade-packages");
        packages.UpgradesPackages.ShouldBeTrue();
        packages.NeedsGuards.ShouldBe(["rescue-disabled"]);
        Steps.Count(s => s.UpgradesPackages).ShouldBe(1);
        var names = Steps.Select(s => s.Name).ToList();
        names.IndexOf("disable-rescue").ShouldBeLessThan(names.IndexOf("upgrade-packages"));
        names.IndexOf("platform-health").ShouldBeLessThan(names.IndexOf("enable-rescue"));
    }

    [Fact]
    public void The_website_is_only_for_special_sub_zones() => Runbook.FindPhase("global-website")!.When.SpecialSubZone.ShouldBe(true);

    [Theory]
    [InlineData("Are you sure to test [all] nodes whether are ready for updating packages [y/N]? ", "test-nodes", null)]
    [InlineData("Are you sure to update [hyper] nodes with [hyper] packages [y/N]?", "component", "hyper/hyper")]
    [InlineData("Are you sure to update [pek1a-webservice] nodes with [global-website] packages [y/N]? ", "component", "pek1a-webservice/global-website")]
    [InlineData("Do you want to ignore the failed nodes and fix them manually later [y/N]? ", "ignore-failed-nodes", null)]
    [InlineData("Are you sure to update [hyper] nodes with [hyper] packages, said the log", null, null)]
    public void The_prompts_of_the_package_upgrade_are_known(string prompt, string? rule, string? component)
    {
        var match = Step("upgrade-packages").Prompts.Select(p => (p, m: Patterns.Compile(p.Pattern).Match(prompt))).FirstOrDefault(x => x.m.Success);
        match.p?.Name.ShouldBe(rule);
        if (rule is null)
            match.p.ShouldBeNull();
        if (component is not null)
            $"{match.m.Groups["nodes"].Value}/{match.m.Groups["packages"].Value}".ShouldBe(component);
    }

    [Fact]
    public void Components_are_safe_points_and_only_a_person_ignores_failed_nodes()
    {
        var prompts = Step("upgrade-packages").Prompts;
        prompts.Single(p => p.Component).SafePoint.ShouldBeTrue();
        var ignore = prompts.Single(p => p.FailedNodes);
        ignore.Policy.ShouldBe(PromptPolicy.Ask);
        ignore.Answer.ShouldBeNull();
    }

    [Theory]
    [InlineData("psql:/pitrix/x.sql:12: ERROR:  relation \"a\" does not exist", true)]
    [InlineData("错误:  关系不存在", true)]
    [InlineData("psql: FATAL:  the database system is starting up", true)]
    [InlineData("rsync error: some files could not be transferred (code 23)", true)]
    [InlineData("2026-11-20 10:00:01 Dumping databases ... Error!", true)]
    [InlineData("2026-11-20 10:00:01 Dumping databases ... OK.", false)]
    [InlineData("installing libgpg-error0", false)]
    public void A_line_that_shows_failed_sql_or_rsync_is_an_error_of_the_log(string line, bool error) =>
        Step("pre-upgrade").Done.LogErrors.Any(p => Patterns.Compile(p).IsMatch(line)).ShouldBe(error);

    [Theory]
    [InlineData("/bin/bash /pitrix/upgrade/upgrade_pkgs.sh -i", true)]
    [InlineData("bash upgrade_pkgs.sh", true)]
    [InlineData("/bin/sh /root/qingcloud-installer/bootstrap/upgrade.sh", true)]
    [InlineData("apt-get update", true)]
    [InlineData("/usr/bin/dpkg --configure -a", true)]
    [InlineData("vim /pitrix/upgrade/upgrades/readme", false)]
    [InlineData("/usr/bin/python /usr/bin/supervisord", false)]
    public void Foreign_work_is_known_by_its_command_line(string commandLine, bool foreign) =>
        Patterns.Compile(Runbook.Settings["patterns.foreign-work"]).IsMatch(commandLine).ShouldBe(foreign);

    private static Step Step(string name) => Steps.First(s => s.Name == name);

    private static Runbook Load() => BuiltinRunbooks.Find(BuiltinRunbooks.QingcloudUpgrade)!;
}
