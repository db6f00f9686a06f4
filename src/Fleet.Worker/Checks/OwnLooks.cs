using System.Globalization;
using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Probes;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps;
using Fleet.Worker.Steps.Guards;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Checks;

/// <summary>What no runbook has a step for: the clock, what an earlier try left behind, and whether every node answers.</summary>
internal static class OwnLooks
{
    /// <summary>A clock that is off by more makes logs and backups hard to read; nothing is decided by it.</summary>
    internal static readonly TimeSpan ClockLimit = TimeSpan.FromMinutes(1);

    private const string AllNodes = "all";

    /// <summary>What the login showed, though it went well.</summary>
    public static CheckedStep Ssh(FirstboxProbed probed) => new("ssh", probed.Remarks.Count == 0 ? CheckVerdict.Well : CheckVerdict.Remark, probed.Remarks);

    public static async Task<(CheckedStep Step, string Skew)> ClockAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var before = context.Now;
        var read = await context.ReadAsync("date +%s", cancellationToken);
        var middle = before + ((context.Now - before) / 2);
        if (!long.TryParse(read.Text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return (new CheckedStep("clock", CheckVerdict.Remark, [Finding.Of("clock-unreadable")]), "");
        var skew = DateTimeOffset.FromUnixTimeSeconds(seconds) - middle;
        var text = ((long)skew.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return skew.Duration() <= ClockLimit
            ? (new CheckedStep("clock", CheckVerdict.Well, []), text)
            : (new CheckedStep("clock", CheckVerdict.Remark, [Finding.Of("clock-off", ("seconds", text.TrimStart('-')), ("which", skew < TimeSpan.Zero ? "behind" : "ahead"))]), text);
    }

    /// <param name="standing">What a probe read (<c>fleet zones return</c> reads the same).</param>
    public static async Task<CheckedStep> LeftoversAsync(IStepContext context, IReadOnlyDictionary<string, string> standing, CancellationToken cancellationToken)
    {
        var found = new List<Finding>();
        if (standing.GetValueOrDefault("rescue.flag") == "true")
            found.Add(Finding.Of("rescue-flag-left"));
        var flags = await RescueFlags.ReadGroupAsync(context, "hyper", context.PathOf("rescue-flag"), cancellationToken);
        if (flags.Flagged.Count > 0)
            found.Add(Finding.Of("rescue-flags-left", ("nodes", string.Join(", ", flags.Flagged))));
        var quarantined = await QuarantinedAsync(context, cancellationToken);
        if (quarantined.Count > 0)
            found.Add(Finding.Of("nodes-quarantined", ("nodes", string.Join(", ", quarantined))));
        if (standing.GetValueOrDefault("runner.active") is { Length: > 0 } active)
            found.Add(Finding.Of("runner-active", ("execution", active)));
        // That Fleet has been there is no trouble, only what it left open.
        var open = found.Count > 0;
        if (standing.GetValueOrDefault("runner.installation") is { Length: > 0 } installation)
            found.Add(Finding.Of("runner-left", ("installation", installation), ("fence", standing.GetValueOrDefault("runner.fence", "0"))));
        return new CheckedStep("leftovers", open ? CheckVerdict.Remark : CheckVerdict.Well, found);
    }

    /// <summary>Nodes whose settings a quarantine has moved out, and nobody has put back.</summary>
    private static async Task<IReadOnlyList<string>> QuarantinedAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var batch = await Batch.ReadAsync(
            context,
            Batch.Script(
                ("moved", $"cd {Sh.Quote(context.PathOf("moved-out"))} 2>/dev/null || exit 0; for f in */quarantine/*; do case $f in *.reason) ;; *) [ ! -e \"$f\" ] || echo \"${{f##*/}}\" ;; esac; done"),
                ("settings", $"ls -1 {Sh.Quote(context.PathOf("settings"))}")),
            cancellationToken);
        return [.. Lines.Of(batch["moved"].Text).Except(Lines.Of(batch["settings"].Text), StringComparer.Ordinal).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>A command that does nothing, on each node: who does not answer now would fail the upgrade later.</summary>
    public static async Task<CheckedStep> NodesAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var nodes = await NodeList.ReadAsync(context, [AllNodes], cancellationToken);
        if (!nodes.IsReadable(AllNodes))
            return new CheckedStep("nodes", CheckVerdict.Remark, [Finding.Of("nodes-unreadable")]);
        var asked = nodes.Group(AllNodes);
        if (asked.Count == 0)
            return new CheckedStep("nodes", CheckVerdict.Well, []);
        var read = await context.ReadAsync("export LC_ALL=C\n" + NodeCommand.Call(context.PathOf("exec-nodes"), AllNodes, "true") + "\n", cancellationToken);
        var silent = ExecNodesOutput.Read(read.Text, asked).Silent;
        return silent.Count == 0
            ? new CheckedStep("nodes", CheckVerdict.Well, [])
            : new CheckedStep("nodes", CheckVerdict.Asks, [Finding.Of("nodes-silent", ("nodes", string.Join(", ", silent)), ("count", silent.Count.ToString(CultureInfo.InvariantCulture)), ("of", asked.Count.ToString(CultureInfo.InvariantCulture)))], DecisionKind.UnhealthyNodes);
    }
}
