using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.Planning;

/// <summary>What is done on a zone, step by step, as far as it is known before. Pure.</summary>
internal static class Procedures
{
    private const string Installer = "versions.installer";

    /// <param name="facts">What was read of the zone before the upgrade; what an upgrade itself learns is not among them.</param>
    public static Procedure Of(Runbook runbook, PackageRef package, ZoneTraits traits, IReadOnlyDictionary<string, string> facts, bool interactive) => new(
    [
        .. runbook.Phases.Select(phase =>
        {
            var (applies, why) = Decide(phase.When, traits, facts);
            return new PlannedPhase(phase.Name, phase.Title, applies, why, [.. phase.Steps.Select(s => Of(s, runbook, package, traits, facts, interactive))]);
        }),
    ]);

    private static PlannedStep Of(Step step, Runbook runbook, PackageRef package, ZoneTraits traits, IReadOnlyDictionary<string, string> facts, bool interactive)
    {
        var (applies, why) = Decide(step.When, traits, facts);
        var command = !interactive && step.With.GetValueOrDefault("autoCommand") is { } auto ? auto : step.Command;
        return new PlannedStep
        {
            Name = step.Name,
            Title = step.Title,
            Kind = step.Kind,
            Implements = step.Implements,
            Applies = applies,
            Why = why,
            Changes = step.Changes,
            Command = command is null ? null : Placeholders.Fill(command, name => ValueOf(name, runbook, package)),
            Upload = step.Kind == "upload-package" ? new PlannedUpload(package.FileName, package.Size, step.With.GetValueOrDefault("folder", ""), package.OnFirstbox is null) : null,
            // Without -i nothing is asked per component (Q18).
            Prompts = interactive || step.Kind != "upgrade-packages" ? [.. step.Prompts.SelectMany(p => Of(p, traits))] : [],
            Options = OptionsOf(step),
            TimeLimit = step.TimeLimit,
        };
    }

    private static Dictionary<string, string> OptionsOf(Step step)
    {
        var declared = StepKindDeclarations.Find(step.Kind);
        return step.With
            .Where(w => declared?.FindOption(w.Key)?.Type is not (OptionType.Pattern or OptionType.Lines or OptionType.Backups) && w.Key != "autoCommand")
            .ToDictionary(w => w.Key, w => w.Value, StringComparer.Ordinal);
    }

    /// <summary>A component's own policy goes before that of the prompt.</summary>
    private static IEnumerable<PlannedPrompt> Of(PromptRule prompt, ZoneTraits traits)
    {
        yield return new PlannedPrompt(prompt.Name, prompt.Pattern, prompt.Policy == PromptPolicy.Answer ? prompt.Answer : null);
        foreach (var (component, policy) in prompt.Component ? traits.Components : new Dictionary<string, string>())
            yield return new PlannedPrompt($"{prompt.Name} {component}", prompt.Pattern, policy switch { "ask" => null, "skip" => "no", _ => "yes" });
    }

    private static string? ValueOf(string name, Runbook runbook, PackageRef package) => name switch
    {
        "package.installer" => Placeholders.Quote(package.Installer),
        "package.qingcloud" => Placeholders.Quote(package.Qingcloud),
        "package.upgrade" => Placeholders.Quote(package.Upgrade),
        "package.file" => Placeholders.Quote(package.FileName),
        "package.digest" => Placeholders.Quote(package.Digest),
        _ => runbook.Settings.GetValueOrDefault(name) is { } value ? Placeholders.Quote(value) : null,
    };

    /// <summary>The kind and the installer's version may not be known yet; what a step learns on the way never is.</summary>
    internal static (Applies Applies, string? Why) Decide(Condition condition, ZoneTraits traits, IReadOnlyDictionary<string, string> facts)
    {
        if (condition.ZoneKind is not null && !Conditions.Holds(new Condition { ZoneKind = condition.ZoneKind }, traits, facts))
            return (Applies.No, $"no zone id is {condition.ZoneKind}");
        if (condition.SpecialSubZone is { } special && !Conditions.Holds(new Condition { SpecialSubZone = special }, traits, facts))
            return (Applies.No, special ? "no zone id is a special sub zone" : "a zone id is a special sub zone");
        if (condition.InstallerFrom is not null || condition.InstallerBefore is not null)
        {
            var wanted = condition.InstallerFrom is { } from ? $"installer {from} or newer" : $"installer older than {condition.InstallerBefore}";
            if (VersionNumber.Compare(facts.GetValueOrDefault(Installer), "0") is null)
                return (Applies.Depends, wanted);
            if (!Conditions.Holds(new Condition { InstallerFrom = condition.InstallerFrom, InstallerBefore = condition.InstallerBefore }, traits, facts))
                return (Applies.No, $"{wanted}; it is {facts[Installer]}");
        }

        return condition.Facts.Count == 0 ? (Applies.Yes, null) : (Applies.Depends, string.Join(", ", condition.Facts.Select(f => $"{f.Key} is {f.Value}")));
    }
}
