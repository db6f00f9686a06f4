using System.Reflection;
using System.Text.RegularExpressions;

namespace Fleet.Architecture.Tests.Observability;

/// <summary>docs/metrics.md lists every metric that Fleet tells, as Prometheus sees it; a label that is not written there is never recorded.</summary>
public sealed partial class MetricsDocumentTests
{
    [Fact]
    public void The_page_lists_what_is_measured_with_its_labels_and_its_help_and_nothing_else()
    {
        var told = Metrics("Fleet.Orchestration", "OrchestrationMetrics").Concat(Metrics("Fleet.Worker", "WorkerMetrics")).Concat(Metrics("Fleet.Hosting", "HostingMetrics"));
        var written = Repository.Read("docs/metrics.md").Split('\n').Where(l => l.StartsWith("| `fleet_", StringComparison.Ordinal) || l.StartsWith("| `cicd_", StringComparison.Ordinal));
        written.Order(StringComparer.Ordinal).ShouldBe(told.Order(StringComparer.Ordinal));
    }

    /// <summary>Read from each assembly, whose list is its own.</summary>
    private static IEnumerable<string> Metrics(string assembly, string list)
    {
        var all = (System.Collections.IEnumerable)Assembly.Load(assembly).GetType($"{assembly}.Metrics.{list}", throwOnError: true)!.GetProperty("All")!.GetValue(null)!;
        foreach (var metric in all)
        {
            var (kind, unit) = ($"{Of(metric, "Kind")}", (string)Of(metric, "Unit"));
            var labels = ((IEnumerable<string>)Of(metric, "Labels")).Select(l => $"`{Named(l)}`");
            yield return $"| `{WithUnit(Named((string)Of(metric, "Name")), unit)}{(kind == "Counter" ? "_total" : "")}` | {(kind is "Counter" or "Histogram" ? kind.ToLowerInvariant() : "gauge")} | {string.Join(", ", labels)} | {Of(metric, "Help")} |";
        }
    }

    private static object Of(object metric, string property) => metric.GetType().GetProperty(property)!.GetValue(metric)!;

    private static string Named(string name) => Other().Replace(name, "_");

    private static string WithUnit(string name, string unit) => unit switch { "s" => $"{name}_seconds", "By" when !name.EndsWith("_bytes", StringComparison.Ordinal) => $"{name}_bytes", _ => name };

    [GeneratedRegex("[^a-zA-Z0-9_]")]
    private static partial Regex Other();
}
