using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckHealth;

/// <summary>Only what was fine before the upgrade and is not now fails (Q23); the rest is listed. Without a baseline every bad item counts. Options: <c>result</c>.</summary>
internal sealed class CheckHealthStep : IStepKind
{
    public string Name => "check-health";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var (report, problem) = await PlatformCheck.RunAsync(context, cancellationToken);
        return report is null ? problem! : HealthVerdict.Of(report, HealthBaseline.Read(context.Facts));
    }
}

internal static class HealthVerdict
{
    public static StepResult Of(CheckPyReport report, HealthBaseline? baseline)
    {
        var (fresh, known) = report.Against(baseline?.Bad.ToHashSet(StringComparer.Ordinal));
        var told = new List<Finding>();
        if (baseline is null && fresh.Count > 0)
            told.Add(Finding.Of("baseline-missing"));
        if (known.Count > 0)
            told.Add(Finding.Of("unhealthy-as-before", ("count", Count(known))).WithLines(known.Select(i => i.Line)));
        return fresh.Count == 0
            ? StepResult.Succeeded(told)
            : StepResult.Failed(Finding.Of("unhealthy-now", ("count", Count(fresh)), ("items", string.Join(", ", fresh.Take(10).Select(i => i.Key)))).WithLines(fresh.Select(i => i.Line)), told);
    }

    private static string Count(IReadOnlyList<CheckItem> items) => items.Count.ToString(CultureInfo.InvariantCulture);
}
