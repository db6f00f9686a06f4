using System.Security.Cryptography;
using System.Text;
using Fleet.Runbooks.Loading;
using static Fleet.Runbooks.Tests.Loading.Samples;

namespace Fleet.Runbooks.Tests.Loading;

public sealed class RunbookLoaderTests
{
    [Fact]
    public void A_right_file_becomes_the_model_and_its_digest_is_that_of_its_bytes()
    {
        var result = RunbookLoader.Load(Small);
        result.Problems.ShouldBeEmpty();
        result.Text.ShouldBe(Small);
        var runbook = result.Runbook.ShouldNotBeNull();
        runbook.Digest.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Small))));
        var step = runbook.Phases.ShouldHaveSingleItem().Steps.ShouldHaveSingleItem();
        step.Command.ShouldBe("${paths.tool} --now", "commands are filled in when they run");
        step.TimeLimit.ShouldBe(TimeSpan.FromMinutes(90));
        step.Changes.ShouldBeTrue();
        step.Repeatable.ShouldBeFalse();
        RunbookLoader.Load(Encoding.UTF8.GetBytes(Small)).Runbook!.Digest.ShouldBe(runbook.Digest);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_its_place()
    {
        const string text = """
            apiVersion: fleet/v2
            name: Small
            version: one
            phases:
              - name: only
                title: The only phase
                steps:
                  - name: run
                    title: Run it
                    kind: shel
                    command: ${paths.tol}
                    timeLimit: 90
                    changes: perhaps
                    repeatible: true
                  - name: run
                    title: Again
                    kind: check-services
                    timeLimit: 49h
                    with: {wait: soon, intervall: 3s}
            """;
        Told(text).ShouldBe(
        [
            "1:13  apiVersion: \"fleet/v2\" is not one of: fleet/v1.",
            "2:7  name: \"Small\" is no name: it takes small letters, digits and hyphens, begins with a letter and has at most 63 characters.",
            "3:10  version: \"one\" is no version, like 4.3.0: numbers with dots between.",
            "10:15  phases[0].steps[0].kind: there is no kind of step \"shel\". Did you mean \"shell\"? Kinds: " + string.Join(", ", Model.StepKindDeclarations.All.Select(k => k.Name)) + ".",
            "11:18  phases[0].steps[0].command: there is no setting \"paths.tol\". Add it under settings.",
            "12:20  phases[0].steps[0].timeLimit: \"90\" is no duration from 1s to 48h, like 30s, 10m, 1h30m.",
            "13:18  phases[0].steps[0].changes: \"perhaps\" is neither true nor false.",
            "14:9  phases[0].steps[0].repeatible: \"repeatible\" is unknown here. Did you mean \"repeatable\"? Allowed: " + string.Join(", ", Keys.Step) + ".",
            "15:9  phases[0].steps[1]: kind check-services needs a command.",
            "15:15  phases[0].steps[1].name: another step is named \"run\", in line 8.",
            "18:20  phases[0].steps[1].timeLimit: \"49h\" is no duration from 1s to 48h, like 30s, 10m, 1h30m.",
            "19:22  phases[0].steps[1].with.wait: \"soon\" is no duration from 1s to 48h, like 30s, 10m, 1h30m.",
            "19:28  phases[0].steps[1].with.intervall: kind check-services has no option \"intervall\". Did you mean \"interval\"? Options: wait, interval.",
        ]);
    }

    [Theory]
    [InlineData("", "file-empty-file")]
    [InlineData("# only a comment", "file-empty-file")]
    [InlineData("- a list", "file-not-a-map")]
    [InlineData("a: [1", "file-not-yaml")]
    [InlineData("a: b: c", "file-not-yaml")]
    public void What_is_no_runbook_at_all_is_refused(string text, string code) => TheOnlyProblem(text).Code.ShouldBe(code);

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() =>
        RunbookLoader.Load([0x6e, 0xff, 0xfe]).Problems.ShouldHaveSingleItem().Code.ShouldBe("file-not-utf8");

    [Theory]
    [InlineData("guard: rescue-disabled", "runbook-guard-not-here")]
    [InlineData("needsGuards: [rescue-disabled]", "runbook-unknown-guard")]
    [InlineData("with: {wait: 3s}", "runbook-unknown-option")]
    [InlineData("implements: [Q1]", "file-duplicate-key")]
    [InlineData("when: {zoneKind: both}", "file-bad-choice")]
    [InlineData("when: {installerFrom: four}", "runbook-bad-version")]
    [InlineData("when: sometimes", "file-expects-map")]
    [InlineData("done: {logErrors: [x]}", "runbook-log-missing")]
    [InlineData("done: {marker: relative}", "runbook-bad-path")]
    [InlineData("done: {successLine: '('}", "runbook-bad-pattern")]
    [InlineData("done: {successLine: '${facts.x}'}", "runbook-fact-not-here")]
    [InlineData("done: {version: patch}", "file-bad-choice")]
    [InlineData("prompts: yes", "file-expects-list")]
    [InlineData("prompts: [{name: p, pattern: 'x', policy: answer}]", "runbook-prompt-without-answer")]
    [InlineData("prompts: [{name: p, pattern: 'x', policy: ask, answer: yes}]", "runbook-answer-not-here")]
    [InlineData("prompts: [{name: p, pattern: 'x', policy: answer, answer: maybe}]", "file-bad-choice")]
    [InlineData("prompts: [{name: p, pattern: 'x*', policy: ask}]", "runbook-pattern-matches-nothing")]
    [InlineData("prompts: [{name: p, pattern: '(x', policy: ask}]", "runbook-bad-pattern")]
    [InlineData("prompts: [{name: p, pattern: 'x(?=y)', policy: ask}]", "runbook-bad-pattern")]
    [InlineData("prompts: [{name: p, pattern: 'x', policy: ask, component: true}]", "runbook-component-groups")]
    [InlineData("prompts: [{name: p, pattern: 'x', policy: ask}, {name: p, pattern: 'y', policy: ask}]", "file-duplicate-name")]
    [InlineData("upgradesPackages:", "file-empty-value")]
    [InlineData("after: other", "runbook-position-not-here")]
    public void A_wrong_value_in_a_step_is_told(string line, string code) => TheOnlyProblem(WithStep(line)).Code.ShouldBe(code);

    [Theory]
    [InlineData("paths.tool: /opt/tool", "paths.tool: '${paths.tool}'", "runbook-setting-cycle")]
    [InlineData("paths.tool: /opt/tool", "paths.tool: '${paths.rot}'", "runbook-unknown-setting-like")]
    [InlineData("paths.tool: /opt/tool", "tool: /opt/tool", "runbook-bad-setting-name")]
    [InlineData("paths.tool: /opt/tool", "paths.tool: [a]", "file-expects-text")]
    [InlineData("changes: true", "changes: false", "runbook-changes-missing")]
    [InlineData("kind: shell", "kind: shell\n        command: x", "file-duplicate-key")]
    [InlineData("command: ${paths.tool} --now", "repeatable: true", "runbook-command-missing")]
    [InlineData("implements: [Q1]", "implements: [q1]", "runbook-bad-line")]
    [InlineData("timeLimit: 1h30m", "timeLimit: 0s", "file-bad-duration")]
    [InlineData("kind: shell", "kind: upgrade-packages\n        with: {componentLine: 'update (?<nodes>x)'}", "runbook-pattern-groups")]
    [InlineData("kind: shell", "kind: upgrade-packages\n        with: {nodeLine: '(?<node>x) OK'}", "runbook-pattern-groups")]
    [InlineData("    steps:", "    steps: []\n    when: {}\n    x:", "runbook-no-steps")]
    public void A_wrong_value_elsewhere_is_told(string right, string wrong, string code) =>
        RunbookLoader.Load(Small.Replace(right, wrong)).Problems.Select(p => p.Code).ShouldContain(code);

    [Theory]
    [InlineData("folder /a", true)]
    [InlineData("tree ${facts.backup.folder}/x of /y", true)]
    [InlineData("dump@snapshot /a.gz from 4.2.0 before 4.3.0", true)]
    [InlineData("tree /a", false)]
    [InlineData("backup /a", false)]
    [InlineData("folder relative", false)]
    public void A_list_of_backups_is_checked_line_by_line(string line, bool right)
    {
        var text = Small.Replace("kind: shell", "kind: check-backups").Replace("command: ${paths.tool} --now", $"with: {{expect: \"{line}\"}}").Replace("changes: true", "repeatable: true");
        RunbookLoader.Load(text).Problems.Select(p => p.Code).ShouldBe(right ? [] : ["runbook-bad-backup"]);
    }

    [Theory]
    [InlineData("apt-get update # at last")]
    [InlineData("rm /var/cache/*")]
    public void A_command_that_cannot_travel_to_the_nodes_is_refused(string command) =>
        TheOnlyProblem(Small.Replace("kind: shell", "kind: check-nodes").Replace("${paths.tool} --now", $"'{command}'")).Code.ShouldBe("runbook-command-cannot-travel");

    [Theory]
    [InlineData("${package.installer}", true)]
    [InlineData("${package.instaler}", false)]
    [InlineData("${facts.whatever.it.is}", true)]
    public void Commands_may_name_the_package_and_facts(string word, bool right) =>
        RunbookLoader.Load(Small.Replace("--now", word)).Problems.Select(p => p.Code).ShouldBe(right ? [] : ["runbook-unknown-setting-like"]);

    [Fact]
    public void Settings_are_filled_in_from_other_settings_and_the_shells_own_variables_are_left_alone()
    {
        var text = Small.Replace("paths.tool: /opt/tool", "paths.tool: ${paths.root}/tool\n  paths.root: /opt").Replace("--now", "--now ${HOME} ${facts.backup.folder}");
        var runbook = RunbookLoader.Load(text).Runbook.ShouldNotBeNull();
        runbook.Settings["paths.tool"].ShouldBe("/opt/tool");
        runbook.Phases[0].Steps[0].Command.ShouldBe("${paths.tool} --now ${HOME} ${facts.backup.folder}");
    }
}
