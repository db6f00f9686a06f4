using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Profiles;

/// <summary>The runbook's changing commands, as a zone's effect journal shows them.</summary>
internal static class Commands
{
    public const string Bootstrap = "upgrade.sh";
    public const string Scan = "scan_all.sh";
    public const string Nodes = "gen_node_list";
    public const string Apt = "exec_nodes apt";
    public const string RescueOff = "exec_nodes touch";
    public const string Prepare = "pre_upgrade.sh";
    public const string Packages = "upgrade_pkgs.sh";
    public const string Finish = "post_upgrade.sh";
    public const string RescueOn = "exec_nodes rm";
    public const string Website = "update.sh";

    /// <summary>Q6, Q11, Q12, Q15, Q16, Q18, Q20, Q24: each once, in this order, where nothing is special.</summary>
    public static IReadOnlyList<string> Whole { get; } = [Bootstrap, Nodes, Apt, RescueOff, Prepare, Packages, Finish, RescueOn];

    /// <summary>Q13: where a node is taken out, the list is refreshed and all nodes are looked at again.</summary>
    public static IReadOnlyList<string> WithoutANode { get; } = [Bootstrap, Nodes, Apt, Nodes, Apt, RescueOff, Prepare, Packages, Finish, RescueOn];

    /// <summary>What the step's script prints last where it ends well.</summary>
    public static string LastLine(string step) => step switch
    {
        "bootstrap" => "The installer is upgraded successfully. Check it please!",
        "pre-upgrade" => "The preparation is finished successfully.",
        "upgrade-packages" => "All nodes and packages are updated successfully.",
        "post-upgrade" => "The upgrade is finished successfully.",
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "It runs no script of the vendor's."),
    };

    /// <summary>The changing commands that this zone has seen begin, in order.</summary>
    public static IReadOnlyList<string> Of(LabZone zone) => [.. zone.Journal().Where(e => e.What == "begin").Select(Word).OfType<string>()];

    private static string? Word(Effect effect) => effect.Script switch
    {
        Bootstrap or Scan or Prepare or Packages or Finish or Website => effect.Script,
        "exec_nodes.sh" when effect.Args.Contains("apt-get", StringComparison.Ordinal) => Apt,
        "exec_nodes.sh" when effect.Args.Contains("touch", StringComparison.Ordinal) => RescueOff,
        "exec_nodes.sh" when effect.Args.Contains("rm ", StringComparison.Ordinal) => RescueOn,
        var script when script.StartsWith(Nodes, StringComparison.Ordinal) => Nodes,
        _ => null,
    };
}
