namespace Fleet.Worker.Steps.UpgradePackages;

/// <summary>What upgrade_pkgs.sh prints, as regular expressions; a site whose script says it otherwise sets the options of the same names.</summary>
/// <param name="ComponentLine">The question before a component, with the groups <c>nodes</c> and <c>packages</c>.</param>
/// <param name="IgnoreLine">The question whether failed nodes are ignored.</param>
/// <param name="NodeLine">The result on one node, with the group <c>node</c>, and the group <c>ok</c> where it is well.</param>
/// <param name="UnpreparedLine">pre_upgrade.sh is missing.</param>
internal sealed record PackagesTexts(string ComponentLine, string IgnoreLine, string NodeLine, string UnpreparedLine)
{
    public static PackagesTexts Vendor { get; } = new(
        @"Are you sure to update \[(?<nodes>[^\]]+)\] nodes with \[(?<packages>[^\]]+)\]",
        "ignore the failed nodes",
        @"(?:Updating|Testing) \[(?<node>[^\]\s]+)\][^\[\r\n]*(?:\[[^\]\r\n]*\])?[ \t]*\.\.\.[ \t]*(?:(?<ok>OK)|Error|错误)",
        "has not been executed successfully");

    public static PackagesTexts Of(IStepContext context) => new(
        context.Step.With.GetValueOrDefault("componentLine") ?? Vendor.ComponentLine,
        context.Step.With.GetValueOrDefault("ignoreLine") ?? Vendor.IgnoreLine,
        context.Step.With.GetValueOrDefault("nodeLine") ?? Vendor.NodeLine,
        context.Step.With.GetValueOrDefault("unpreparedLine") ?? Vendor.UnpreparedLine);
}
