using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Executions;
using Fleet.Worker.Steps.Guards;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.Shell;

namespace Fleet.Worker.Steps.CheckVersions;

/// <summary>
/// Where the zone stands against the package (Q1): to upgrade, already there, mid-upgrade (a person says where to go on), or not to be upgraded.
/// Options: <c>expect</c> (<c>start</c>, <c>target</c>), <c>migrationDocument</c>.
/// </summary>
internal sealed class CheckVersionsStep : IStepKind
{
    public string Name => "check-versions";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var target = context.Target();
        var batch = await Batch.ReadAsync(context, ZoneVersions.Script(context), cancellationToken);
        var reading = ZoneVersions.Read(context, batch);
        if (context.Option("expect", "start") == "target")
            return ArrivedVerdict.Of(reading, target);

        var standing = Standing.Of(reading, target);
        if (standing.Kind == StandingKind.AlreadyThere)
        {
            var flags = await RescueFlags.ReadGroupAsync(context, "hyper", context.PathOf("rescue-flag"), cancellationToken);
            if (flags.Silent.Count > 0)
                return StepResult.Failed(Finding.Of("leftover-flags-unreadable", ("nodes", string.Join(", ", flags.Silent))).WithLines(flags.Other));
            reading = reading with { FlaggedNodes = flags.Flagged };
            standing = Standing.Of(reading, target);
        }

        var result = StandingVerdict.Of(context, reading, standing, target);
        if (result.Outcome == StepOutcome.Succeeded && standing.StaleMarkers.Count > 0 && await SetAsideAsync(context, standing.StaleMarkers, cancellationToken) is { } problem)
            result = problem;
        return result with { Facts = Facts(context, reading, standing, result, batch["logs"].Text) };
    }

    private static async Task<StepResult?> SetAsideAsync(IStepContext context, IReadOnlyList<string> markers, CancellationToken cancellationToken)
    {
        var to = $"{context.MovedOut()}/markers";
        var reply = await context.ChangeAsync(SetAside.Script(null, [.. markers.Select(m => MarkerPath(context, m))], to), cancellationToken);
        return reply.Refusal == Refusal.None && reply.Result?.Ok == true
            ? null
            : StepResult.Failed(Finding.Of("markers-not-set-aside", ("to", to), ("problem", reply.Refusal == Refusal.None ? reply.Result?.ErrorText.Trim() ?? "" : $"{reply.Refusal} {reply.Detail}")));
    }

    private static string MarkerPath(IStepContext context, string marker) => context.PathOf(marker == MarkerNames.UpgradePackages ? "upgrade-packages-marker" : "pre-upgrade-marker");

    private static Dictionary<string, string> Facts(IStepContext context, ZoneReading reading, Standing standing, StepResult result, string logs)
    {
        var facts = VersionFacts.Of(reading, standing, context.Target(), context.PathOf("backup"));
        var goesOn = result.Outcome == StepOutcome.Succeeded && standing.Kind == StandingKind.MidUpgrade;
        // Markers that a person has seen and gone on from count, if they are newer than the bootstrap; the others are set aside then.
        facts["markers.at-start"] = goesOn ? "" : string.Join(',', standing.StaleMarkers.Concat(standing.FreshMarkers).Order(StringComparer.Ordinal));
        // What a person goes on from was logged before: all of the log is read then.
        if (!goesOn)
            facts[LogSizes.Fact] = LogSizes.Json(logs);
        if (goesOn)
            facts["standing.from"] = context.Parameters["from"];
        return facts;
    }
}

/// <summary>After the upgrade: version.json is the target's, and nothing is left over.</summary>
internal static class ArrivedVerdict
{
    public static StepResult Of(ZoneReading zone, Target target)
    {
        if (zone.Version is not { } version)
            return StepResult.Failed(Finding.Of("versions-unreadable", ("problem", zone.VersionProblem ?? "it is not there")));
        var findings = new List<Finding>();
        Differs("installer", version.Installer, target.Installer);
        Differs("qingcloud", version.Qingcloud, target.Qingcloud);
        if (target.Upgrade is { } upgrade)
            Differs("upgrade", version.Upgrade, upgrade);
        if (version.NewUpgrade is not null)
            findings.Add(Finding.Of("new-upgrade-left", ("version", version.NewUpgrade)));
        else if (version.Upgrade is null)
            findings.Add(Finding.Of("version-not-at-target", ("name", "upgrade"), ("is", "missing"), ("target", target.Upgrade ?? "there")));
        if (zone.Markers.Count > 0)
            findings.Add(Finding.Of("markers-left", ("markers", string.Join(", ", zone.Markers.Select(m => $"{m.Name}.Done")))));
        return findings.Count == 0
            ? StepResult.Succeeded()
            : StepResult.Failed(findings[0], [.. findings.Skip(1)]);

        void Differs(string name, string? value, string wanted)
        {
            if (VersionNumber.Compare(value, wanted) != 0)
                findings.Add(Finding.Of("version-not-at-target", ("name", name), ("is", value ?? "missing"), ("target", wanted)));
        }
    }
}
