using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Records;

namespace Fleet.Cli.Records;

/// <summary>Whether the audit is what was sealed.</summary>
internal static class AuditVerify
{
    public static Command Make()
    {
        var rollout = new Option<string?>("--rollout") { Description = Say.Of("Only this rollout's chain; - for what belongs to none"), HelpName = "ID" };
        var head = new Option<string?>("--head") { Description = Say.Of("With --rollout: the head of that chain as you noted it once; it must still be in it"), HelpName = "POSITION:HASH" };
        var command = CommandFactory.Make("verify", Say.Of("Holds the audit against the hash chains that it was sealed in: an entry that was changed, added or removed shows."), async (context, cancellationToken) =>
        {
            var query = new List<string>();
            if (context.Get(rollout) is { } id)
                query.Add($"rollout={FleetApi.Segment(id)}");
            if (context.Get(head) is { } noted)
                query.Add($"head={FleetApi.Segment(noted)}");
            var answer = await context.Api.GetLongAsync<AuditVerificationDocument>($"audit/verify?{string.Join('&', query)}", cancellationToken);
            context.Show(answer, verification => Print(context.Terminal, verification));
            return answer.Value.Holds ? ExitCodes.Ok : ExitCodes.No;
        }, rollout, head);
        command.Validators.Add(result =>
        {
            if (result.GetValue(head) is not null && result.GetValue(rollout) is null)
                result.AddError(Say.Of("--head is of one chain: say which with --rollout ID, or --rollout - for what belongs to none."));
        });
        return command.WithExamples("fleet audit verify", "fleet audit verify --rollout nov-window", "fleet audit verify --rollout - --head 1204:9f2c…");
    }

    private static void Print(Terminal terminal, AuditVerificationDocument verification)
    {
        var table = new TextTable("chain", "entries", "", "head");
        foreach (var chain in verification.Chains)
            table.Add(Name(chain), $"{chain.Entries}", chain.Broken is null ? new Cell(Say.Of("● holds"), Styles.Good) : new Cell(Say.Of("✕ broken"), Styles.Bad), chain.Head ?? "–");
        table.Write(terminal);
        foreach (var chain in verification.Chains.Where(c => c.Broken is not null))
            terminal.Line(Say.Of($"{Name(chain)}: {Harmless.Line(chain.Broken!.Text)}"));
        foreach (var chain in verification.Chains.Where(c => c.CutAt is not null))
            terminal.Line(Say.Of($"{Name(chain)}: what came before {chain.CutAt!.Split(':')[0]} was cut on {Words.Moment(chain.CutOn!.Value)}, as the settings say; its checkpoint is signed."));
        if (verification.Unsealed > 0)
            terminal.Line(Say.Of($"{Words.Plural(verification.Unsealed, "entry is", "entries are")} not sealed yet, the oldest from {Words.Moment(verification.UnsealedSince!.Value)}. The leading coordinator seals within seconds."));
        terminal.Line(Say.Of("Note a head where nobody who can reach the store can change it: fleet audit verify --rollout … --head … proves later that nothing was taken from the end."));
    }

    private static string Name(AuditChainDocument chain) => chain.RolloutName ?? (chain.Rollout is { } id ? Words.Short(id) : Say.Of("of no rollout"));
}
