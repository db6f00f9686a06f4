using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;
using static Fleet.Runbooks.Tests.Loading.Samples;

namespace Fleet.Runbooks.Tests.Loading;

public sealed class OverlayTests
{
    private static Runbook Built => BuiltinRunbooks.Find(BuiltinRunbooks.QingcloudUpgrade)!;

    [Fact]
    public void A_site_changes_a_path_and_a_limit_in_a_few_lines()
    {
        var runbook = Load(Site("""
            settings:
              paths.pitrix: /data/pitrix
            phases:
              - name: upgrade-platform
                steps:
                  - name: upgrade-packages
                    timeLimit: 30h
            """));
        runbook.Settings["paths.upgrade-packages"].ShouldBe("/data/pitrix/upgrade/upgrade_pkgs.sh");
        var step = runbook.FindPhase("upgrade-platform")!.FindStep("upgrade-packages")!;
        step.TimeLimit.ShouldBe(TimeSpan.FromHours(30));
        step.Done.Marker.ShouldBe("/data/pitrix/upgrade/upgrade_pkgs.Done");
        step.NeedsGuards.ShouldBe(["rescue-disabled"]);
        runbook.Phases.Select(p => p.Name).ShouldBe(Built.Phases.Select(p => p.Name));
    }

    [Fact]
    public void A_site_adds_steps_where_it_says_and_at_the_end()
    {
        var runbook = Load(Site("""
            phases:
              - name: preflight
                steps:
                  - {name: change-ticket, title: The ticket is open, kind: shell, command: check-ticket, timeLimit: 1m, changes: true, after: versions}
                  - {name: first, title: First, kind: shell, command: "true", timeLimit: 1m, changes: true, before: zone-activity}
                  - {name: last, title: Last, kind: shell, command: "true", timeLimit: 1m, changes: true}
              - name: handover
                title: Hand over
                after: verify
                steps: [{name: mail, title: Mail, kind: shell, command: mail-ops, timeLimit: 1m, changes: true}]
            """));
        runbook.FindPhase("preflight")!.Steps.Select(s => s.Name).ShouldBe(["first", "zone-activity", "versions", "change-ticket", "variables", "services", "disk-space", "baseline", "last"]);
        runbook.Phases.Select(p => p.Name).SkipWhile(n => n != "verify").Take(2).ShouldBe(["verify", "handover"]);
    }

    [Fact]
    public void A_sites_prompt_goes_before_those_of_the_runbook_and_one_of_the_same_name_changes_it()
    {
        var prompts = Load(Site("""
            phases:
              - name: upgrade-platform
                steps:
                  - name: upgrade-packages
                    prompts:
                      - {name: component, policy: answer, answer: "no"}
                      - {name: licence, pattern: 'Accept the licence', policy: answer, answer: "yes"}
            """)).FindPhase("upgrade-platform")!.FindStep("upgrade-packages")!.Prompts;
        prompts.Select(p => p.Name).ShouldBe(["licence", "test-nodes", "component", "ignore-failed-nodes"]);
        prompts[2].Answer.ShouldBe("no");
        prompts[2].SafePoint.ShouldBeTrue("what is not changed stays");
    }

    [Fact]
    public void The_text_is_one_self_contained_file_that_gives_the_same_runbook_and_digest()
    {
        var result = RunbookLoader.Load(Site("settings: {paths.pitrix: /data/pitrix}"));
        var again = RunbookLoader.Load(result.Text);
        again.Problems.ShouldBeEmpty();
        again.Text.ShouldBe(result.Text);
        again.Runbook!.Digest.ShouldBe(result.Runbook!.Digest);
        again.Runbook.Digest.ShouldBe(RunbookLoader.DigestOf(result.Text));
        again.Runbook.ShouldBeEquivalentTo(result.Runbook);
        result.Text.ShouldNotContain("extends:");
        result.Text.ShouldContain(Built.Digest);
    }

    [Fact]
    public void The_extended_runbook_as_one_file_says_what_it_said_before()
    {
        var result = RunbookLoader.Load(Site(""));
        (result.Runbook! with { Name = Built.Name, Version = Built.Version, Digest = Built.Digest }).ShouldBeEquivalentTo(Built);
    }

    [Fact]
    public void Problems_of_a_sites_file_are_told_at_its_own_lines_and_paths() =>
        Told(Site("""
            settings:
              paths.instaler: /x
            phases:
              - name: verify
                steps:
                  - {name: platform-health, timeLimit: ever, after: services}
                  - {name: extra, title: Extra, kind: shell, changes: true, command: x, timeLimit: 1m, after: nowhere}
            """)).ShouldBe(
        [
            "6:3  settings.paths.instaler: the extended runbook has no setting \"paths.instaler\", and nothing in this file uses it. Did you mean \"paths.installer\"?",
            "10:44  phases[0].steps[0].timeLimit: \"ever\" is no duration from 1s to 48h, like 30s, 10m, 1h30m.",
            "10:50  phases[0].steps[0].after: step \"platform-health\" is the extended runbook's: it stays where it is. Remove the key, or give a new step another name.",
            "11:99  phases[0].steps[1].after: there is no step \"nowhere\" to stand beside. There is: services, platform-health, versions.",
        ]);

    [Theory]
    [InlineData("extends: qingcloud-upgrade", "extends: qingcloud", "runbook-unknown-base")]
    [InlineData("name: site", "name: qingcloud-upgrade", "runbook-name-taken")]
    [InlineData("version: 1\n", "", "file-missing-key")]
    public void A_wrong_head_is_told(string right, string wrong, string code) => TheOnlyProblem(Site("").Replace(right, wrong)).Code.ShouldBe(code);

    [Fact]
    public void A_step_of_another_kind_takes_nothing_over_that_belonged_to_the_old_one()
    {
        var step = Load(Site("""
            phases:
              - name: initialize-installer
                steps: [{name: qemu, kind: shell, command: check-qemu-my-way, timeLimit: 1m}]
            """)).FindPhase("initialize-installer")!.FindStep("qemu")!;
        step.Kind.ShouldBe("shell");
        step.With.ShouldBeEmpty();
        step.Implements.ShouldBe(["Q9"]);
    }

    private static Runbook Load(string text)
    {
        var result = RunbookLoader.Load(text);
        result.Problems.ShouldBeEmpty(string.Join('\n', result.Problems));
        return result.Runbook!;
    }
}
