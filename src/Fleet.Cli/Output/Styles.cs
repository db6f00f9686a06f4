using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Spectre.Console;

namespace Fleet.Cli.Output;

/// <summary>Signs and colours for states; the words carry all where there are no colours.</summary>
internal static class Styles
{
    public static readonly Style Quiet = new(decoration: Decoration.Dim);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style NeedsYou = new(Color.Yellow, decoration: Decoration.Bold);
    public static readonly Style Busy = new(Color.Blue);
    public static readonly Style Strong = new(decoration: Decoration.Bold);

    public static Style Of(ZoneState state) => state switch
    {
        ZoneState.Succeeded => Good,
        ZoneState.Failed or ZoneState.Unknown => Bad,
        ZoneState.Held => NeedsYou,
        ZoneState.Running => Busy,
        _ => Quiet,
    };

    public static Style Of(RolloutState state) => state switch
    {
        RolloutState.Succeeded => Good,
        RolloutState.Failed or RolloutState.Aborted => Bad,
        RolloutState.Paused or RolloutState.Aborting or RolloutState.WaitingApproval => NeedsYou,
        _ => Busy,
    };

    public static string Sign(ZoneState state) => state switch
    {
        ZoneState.Succeeded => "●",
        ZoneState.Running => "◐",
        ZoneState.Held => "◆",
        ZoneState.Failed or ZoneState.Unknown => "✕",
        ZoneState.Waiting => "○",
        _ => "–",
    };
}
