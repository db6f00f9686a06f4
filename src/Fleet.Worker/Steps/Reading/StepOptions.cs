using System.Globalization;
using System.Text.RegularExpressions;
using Fleet.Runbooks.Loading;

namespace Fleet.Worker.Steps.Reading;

/// <summary>A step's options, paths and facts, with the built-in runbook's defaults where a runbook says nothing.</summary>
internal static partial class StepOptions
{
    internal static readonly Dictionary<string, string> DefaultPaths = new(StringComparer.Ordinal)
    {
        ["root"] = "/root",
        ["pitrix"] = "/pitrix",
        ["installer"] = "${paths.root}/qingcloud-installer",
        ["backup"] = "${paths.pitrix}/backup",
        ["bin"] = "${paths.pitrix}/bin",
        ["upgrade"] = "${paths.pitrix}/upgrade",
        ["repo"] = "${paths.pitrix}/repo",
        ["os-repo"] = "${paths.pitrix}/os-repo",
        ["variables"] = "${paths.pitrix}/conf/variables",
        ["server-yaml"] = "${paths.variables}/global",
        ["nodes"] = "${paths.pitrix}/conf/nodes",
        ["settings"] = "${paths.pitrix}/conf/settings",
        ["moved-out"] = "${paths.backup}/fleet",
        ["version-file"] = "${paths.pitrix}/version.json",
        ["old-version-file"] = "${paths.pitrix}/version",
        ["variables-file"] = "${paths.variables}/variables.yaml",
        ["bootstrap-log"] = "${paths.root}/upgrade.log",
        ["gen-node-list"] = "${paths.bin}/gen_node_list.py",
        ["gen-node-list-old"] = "${paths.bin}/gen_node_list.sh",
        ["scan-repo"] = "${paths.bin}/scan_all.sh",
        ["exec-nodes"] = "${paths.upgrade}/exec_nodes.sh",
        ["rescue-flag"] = "${paths.pitrix}/conf/disable_hyperpair_rescue",
        ["pre-upgrade-marker"] = "${paths.upgrade}/pre_upgrade.Done",
        ["upgrade-packages-marker"] = "${paths.upgrade}/upgrade_pkgs.Done",
        ["check-result"] = "${paths.pitrix}/check/formatted_result",
    };

    /// <summary>The setting <c>paths.NAME</c>, with all that it is made of filled in.</summary>
    public static string PathOf(this IStepContext context, string name) => context.Fill($"${{paths.{name}}}");

    /// <summary>Where this zone upgrade lays what it moves aside.</summary>
    public static string MovedOut(this IStepContext context) => Runbooks.Facts.MovedOut.Folder(context.PathOf("moved-out"), context.Command.ZoneUpgradeId);

    /// <summary>The step's option, filled in; the fallback where it is not set.</summary>
    public static string Option(this IStepContext context, string name, string fallback) =>
        context.Fill(context.Step.With.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : fallback);

    /// <summary>Like <c>90s</c>, <c>3m</c>, <c>1h30m</c>, as the loader has checked it.</summary>
    public static TimeSpan DurationOption(this IStepContext context, string name, TimeSpan fallback) =>
        context.Step.With.TryGetValue(name, out var text) && DurationText.TryParse(text, out var duration) ? duration : fallback;

    public static double NumberOption(this IStepContext context, string name, double fallback) =>
        context.Step.With.TryGetValue(name, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : fallback;

    /// <summary>Non-empty lines of an option; none where it is not set.</summary>
    public static IReadOnlyList<string> LinesOption(this IStepContext context, string name) =>
        context.Step.With.TryGetValue(name, out var text) ? [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0).Select(context.Fill)] : [];

    /// <summary>Names with commas between; none where the option is not set, or refers to a fact that is not known.</summary>
    public static IReadOnlyList<string> NamesOption(this IStepContext context, string name)
    {
        var names = context.Option(name, "");
        return names.Contains("${", StringComparison.Ordinal) ? [] : names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Replaces <c>${…}</c> by settings and facts as they are, not quoted; a name without a value stays as written.</summary>
    public static string Fill(this IStepContext context, string text)
    {
        for (var depth = 0; depth < 10 && Placeholder().IsMatch(text); depth++)
        {
            var filled = Placeholder().Replace(text, match => Value(context, match.Groups["name"].Value) ?? match.Value);
            if (filled == text)
                break;
            text = filled;
        }

        return text;
    }

    private static string? Value(IStepContext context, string name)
    {
        if (name.StartsWith("facts.", StringComparison.Ordinal))
            return context.Facts.GetValueOrDefault(name["facts.".Length..]);
        return context.Runbook.Settings.GetValueOrDefault(name)
            ?? (name.StartsWith("paths.", StringComparison.Ordinal) ? DefaultPaths.GetValueOrDefault(name["paths.".Length..]) : null);
    }

    [GeneratedRegex(@"\$\{(?<name>[a-z][a-z0-9-]*\.[a-z0-9.-]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
