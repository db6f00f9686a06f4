using System.Text.Json;
using System.Text.RegularExpressions;
using Fleet.EndToEnd.Tests.Harness;

namespace Fleet.EndToEnd.Tests.Metrics;

/// <summary>Every PromQL expression of dashboards, data sources and rules, as Prometheus takes it.</summary>
internal static partial class PromQueries
{
    public static string Folder { get; } = Path.Combine(Root(), "deploy", "k8s", "observability");

    /// <summary>Of panels and of variables, with what Grafana would fill in.</summary>
    public static IReadOnlyList<(string Where, string Expression)> OfDashboards(string zone)
    {
        var queries = new List<(string, string)>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "dashboards"), "*.json").Order(StringComparer.Ordinal))
        {
            var dashboard = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
            foreach (var panel in dashboard.Items("panels"))
                queries.AddRange(panel.Items("targets").Where(t => t.GetProperty("datasource").Text("type") == "prometheus").Select(t => ($"{dashboard.Text("title")}: {panel.Text("title")} {t.Text("refId")}", Filled(t.Text("expr"), zone))));
            foreach (var variable in dashboard.GetProperty("templating").Items("list").Where(v => v.Text("type") == "query"))
                queries.Add(($"{dashboard.Text("title")}: variable {variable.Text("name")}", LabelValues().Match(variable.Text("definition")).Groups["metric"].Value));
        }

        foreach (Match query in SourceQuery().Matches(File.ReadAllText(Path.Combine(Folder, "datasources", "datasources.yaml"))))
            queries.Add(("data source", query.Groups["query"].Value.Replace("$$__tags", "zone_kind=~\".*\"", StringComparison.Ordinal).Replace("[1h]", "[1m]", StringComparison.Ordinal)));
        return queries;
    }

    public static IReadOnlyList<(string Where, string Expression)> OfRules() =>
        [.. Rule().Matches(File.ReadAllText(Path.Combine(Folder, "rules", "fleet.rules.yaml"))).Select(m => (m.Groups["name"].Value, m.Groups["expr"].Value))];

    /// <summary>What an expression reads, without its comparisons.</summary>
    public static IEnumerable<string> SelectorsOf(string expression) => Selector().Matches(expression).Select(m => m.Value).Distinct();

    private static string Filled(string expression, string zone) => expression
        .Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$__range", "10m", StringComparison.Ordinal)
        .Replace("\"$zone\"", $"\"{zone}\"", StringComparison.Ordinal).Replace("$zone_kind", ".*", StringComparison.Ordinal).Replace("$rollout", ".*", StringComparison.Ordinal).Replace("$phase", ".*", StringComparison.Ordinal);

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Fleet.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} has Fleet.sln.");
    }

    [GeneratedRegex(@"^label_values\((?<metric>[a-z_]+), [a-z_]+\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"query: '(?<query>histogram_quantile[^']+)'")]
    private static partial Regex SourceQuery();

    [GeneratedRegex(@"- alert: (?<name>\w+)\n    expr: (?<expr>[^\n]+)")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\b(?:fleet|cicd)_[a-z_]+(?:\{[^}]*\})?")]
    private static partial Regex Selector();
}
