using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Debts;
using Fleet.Server.Api.Zones;

namespace Fleet.Cli.Records;

/// <summary>What stays to be done on zones, beyond rollouts.</summary>
internal static class DebtCommands
{
    public static Command Make()
    {
        var zone = new Option<string?>("--zone") { Description = Say.Of("Only of this zone"), HelpName = "ZONE" };
        var all = new Option<bool>("--all") { Description = Say.Of("Also those that were settled") };
        var command = CommandFactory.Make("debts", Say.Of("What stays to be done on zones: quarantined nodes, skipped components, ignored failures, work by hand, guards."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<IReadOnlyList<DebtView>>($"debts?all={(context.Get(all) ? "true" : "false")}{(context.Get(zone) is { } name ? $"&zone={FleetApi.Segment(name)}" : "")}", cancellationToken);
            context.Show(answer, debts => Print(context.Terminal, debts));
            return ExitCodes.Ok;
        }, zone, all).WithExamples("fleet debts", "fleet debts --zone sh4a");
        command.Subcommands.Add(Settle());
        return command;
    }

    private static Command Settle()
    {
        var id = new Argument<string>("id") { Description = Say.Of("The debt's id, or the beginning of it") };
        var comment = new Option<string>("--comment") { Description = Say.Of("What was done; kept in the audit"), HelpName = "TEXT", Required = true };
        return CommandFactory.Make("settle", Say.Of("It was seen to: the debt is no longer open."), async (context, cancellationToken) =>
        {
            var given = context.Get(id);
            var open = (await context.Api.GetAsync<IReadOnlyList<DebtView>>("debts?all=true", cancellationToken)).Value.Where(d => d.Id.ToString("N").StartsWith(given.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)).ToList();
            if (open.Count != 1)
                throw new CliFailure(ExitCodes.Usage, open.Count == 0 ? Say.Of($"There is no debt {given}. fleet debts lists them.") : Say.Of($"{open.Count} debts begin with {given}. Give more of it."));
            var answer = await context.Api.PostAsync<DebtView>($"debts/{open[0].Id}/settle", new CommentRequest(context.Get(comment)), cancellationToken);
            context.Show(answer, debt => context.Terminal.Line(Say.Of($"{debt.Zone}: {Words.Of(debt.Debt.Kind)} {Harmless.Line(debt.Debt.What)} is settled.")));
            return ExitCodes.Ok;
        }, id, comment).WithExamples("fleet debts settle 1a2b3c4d --comment 'updated by hand, apt is clean'");
    }

    internal static void Print(Terminal terminal, IReadOnlyList<DebtView> debts)
    {
        if (debts.Count == 0)
        {
            terminal.Line(Say.Of("Nothing stays to be done."));
            return;
        }

        var table = new TextTable("debt", "zone", "kind", "what", "why", "since", "by", "how to see to it");
        foreach (var debt in debts)
        {
            table.Add(
                Words.Short(debt.Id), debt.Zone, new Cell(Words.Of(debt.Debt.Kind), debt.SettledAt is null ? Styles.NeedsYou : Styles.Quiet), Harmless.Line(debt.Debt.What), Harmless.Line(debt.Debt.Reason), Words.Time(debt.Since, terminal.Now), debt.Debt.By ?? "",
                debt.SettledAt is { } settled ? Say.Of($"settled {Words.Time(settled, terminal.Now)} by {debt.SettledBy}{(debt.Comment is { Length: > 0 } said ? Say.Of($": {Harmless.Line(said)}") : "")}") : How(debt));
        }

        table.Write(terminal);
    }

    internal static string How(DebtView debt) => debt.Debt.Kind switch
    {
        DebtKind.QuarantinedNode => Say.Of($"mend it, then fleet nodes readmit {debt.Zone} {debt.Debt.What}"),
        DebtKind.SkippedComponent => Say.Of("upgrade_pkgs.sh for this component, or the next upgrade"),
        DebtKind.IgnoredNode => Say.Of("read update_NODE.log on the firstbox, mend the node, update its packages"),
        DebtKind.IgnoredStep => Say.Of("see what the step found: fleet logs"),
        DebtKind.ManualOperation => Say.Of("do it, then settle this"),
        DebtKind.GuardInForce => $"fleet guards release {debt.Zone}",
        DebtKind.EmptyGroup => Say.Of("see why the group has no node although settings name some"),
        DebtKind.MovedPackage => Say.Of("the file lies in the backup folder; put it back, or let it be"),
        _ => "",
    };
}
