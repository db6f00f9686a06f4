using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.CheckHealth;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.RecordHealth;

/// <summary>
/// Remembers what is unhealthy before this target's bootstrap, once (Q23): a later look would take for old what the upgrade itself broke. Options: <c>result</c>, the list that the check leaves.
/// </summary>
internal sealed class RecordHealthStep : IStepKind
{
    public string Name => "record-health";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        if (HealthBaseline.Read(context.Facts) is not null)
            return StepResult.Succeeded(Finding.Of("baseline-kept")) with { AlreadyDone = true };
        if (VersionNumber.Compare(context.Facts.GetValueOrDefault("versions.installer"), context.Command.Package.Installer) is 0)
            return StepResult.Succeeded(Finding.Of("baseline-too-late"));
        var (report, problem) = await PlatformCheck.RunAsync(context, cancellationToken);
        if (report is null)
            return problem!;
        var baseline = new HealthBaseline(report.Items.Count, [.. report.Bad.Select(i => i.Key)]);
        IReadOnlyList<Finding> findings = baseline.Bad.Count == 0
            ? []
            : [Finding.Of("unhealthy-before", ("count", baseline.Bad.Count.ToString(CultureInfo.InvariantCulture))).WithLines(report.Bad.Select(i => i.Line))];
        return StepResult.Succeeded(findings) with { Facts = new Dictionary<string, string> { [HealthBaseline.Fact] = baseline.ToFact() } };
    }
}
