using System.Text.RegularExpressions;
using Fleet.Testing;

namespace Fleet.Architecture.Tests.Observability;

/// <summary>The alerts, by Prometheus' own tool.</summary>
public sealed partial class RulesTests
{
    private const string Rules = $"{Dashboards.Folder}/rules/fleet.rules.yaml";
    private const string Shown = $"{Dashboards.Folder}/rules-tests/fleet.rules.test.yaml";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IReadOnlyList<string> Alerts => [.. Alert().Matches(Repository.Read(Rules)).Select(m => m.Groups["name"].Value)];

    [Fact]
    public async Task Rules_and_configuration_are_right()
    {
        await PromtoolAsync("check", "rules", Rules);
        await PromtoolAsync("check", "config", $"{Dashboards.Folder}/prometheus.yaml");
    }

    [Fact]
    public async Task Every_alert_is_shown_firing_and_not_firing()
    {
        await PromtoolAsync("test", "rules", Shown);
        var cases = Case().Matches(Repository.Read(Shown)).Select(m => (Alert: m.Groups["name"].Value, Fires: !m.Groups["alerts"].Value.Contains("[]", StringComparison.Ordinal))).ToList();
        foreach (var alert in Alerts)
        {
            cases.ShouldContain((alert, true));
            // Some are shown beside a series for which they do not fire, in the same moment: what is expected is all that fires.
            (cases.Contains((alert, false)) || alert is "FleetBudgetNearlySpent" or "FleetQueueStuck").ShouldBeTrue(alert);
        }
    }

    [Fact]
    public void The_operators_rules_are_the_same()
    {
        var wrapped = Repository.Read($"{Dashboards.Folder}/operator/prometheus-rule.yaml").Split("\nspec:\n")[1].Split('\n').Select(l => l.Length == 0 ? l : l[2..]);
        wrapped.ShouldBe(Repository.Read(Rules).Split('\n').Where(l => !l.StartsWith('#')));
    }

    [Fact]
    public void Every_alert_has_its_place_in_the_operators_page_in_both_languages()
    {
        var pages = Runbook().Matches(Repository.Read(Rules)).Select(m => (m.Groups["page"].Value, m.Groups["anchor"].Value)).ToList();
        pages.ShouldBe(Alerts.Select(a => ("docs/operations.md", a.ToLowerInvariant())));
        foreach (var page in new[] { "docs/operations.md", "docs/zh-CN/operations.md" })
            Heading().Matches(Repository.Read(page)).Select(m => m.Groups["name"].Value).ShouldBe(Alerts, page);
    }

    private static async Task PromtoolAsync(params string[] arguments)
    {
        var (code, output) = await ChildProcess.RunAsync("promtool", arguments, Cancellation, directory: Repository.Root);
        code.ShouldBe(0, output);
    }

    [GeneratedRegex(@"^  - alert: (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"alertname: (?<name>\w+)(?:, |\n    )exp_alerts:(?<alerts>[^\n]*)")]
    private static partial Regex Case();

    [GeneratedRegex(@"runbook_url: (?<page>[^#\n]+)#(?<anchor>\S+)")]
    private static partial Regex Runbook();

    [GeneratedRegex(@"^### (?<name>Fleet[A-Z]\w+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
