using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

internal static class RolloutAbort
{
    public static Command Make()
    {
        var id = RolloutCommands.IdArgument();
        var zone = new Option<string?>("--zone") { Description = Say.Of("This zone only; the others go on"), HelpName = "ZONE" };
        var now = new Option<bool>("--now") { Description = Say.Of("Kill in mid-work: the zone becomes unknown. Needs --zone") };
        var comment = RolloutCommands.CommentOption();
        var yes = new Option<bool>("--yes") { Description = Say.Of("Do not ask") };
        var preview = new Option<bool>("--preview") { Description = Say.Of("Only show what it would do to each zone, its guards and its questions") };
        var command = CommandFactory.Make("abort", Say.Of("Ends a rollout: what runs is cancelled at its next safe point."), async (context, cancellationToken) =>
        {
            var name = context.Get(id);
            var one = context.Get(zone);
            if (context.Get(preview))
            {
                var shown = await PreviewAsync(context, name, one, context.Get(now), cancellationToken);
                context.Show(shown, document => AbortPrinter.Print(context.Terminal, document));
                return ExitCodes.Ok;
            }

            if (!context.Get(yes) && !context.Json && context.Terminal.CanAsk && !await AskAsync(context, name, one, context.Get(now), cancellationToken))
                return ExitCodes.No;
            var answer = await context.Api.PostAsync<RolloutDocument>($"{RolloutCommands.Path(name)}/abort", new AbortRequest(context.Get(now), one, context.Get(comment)), cancellationToken);
            context.Show(answer, rollout => context.Terminal.Line(
                context.Get(now) ? Say.Of($"{one} is stopped now; what is on its nodes is unknown until someone looks.")
                : one is not null ? Say.Of($"{one} stops at its next safe point.")
                : Say.Of($"{rollout.Name} is {Words.Of(rollout.State)}: what runs is cancelled at its next safe point.")));
            return ExitCodes.Ok;
        }, id, zone, now, comment, yes, preview);
        command.Validators.Add(result =>
        {
            if (result.GetValue(now) && result.GetValue(zone) is null && !result.GetValue(preview))
                result.AddError(Say.Of("--now kills in mid-work and is done zone by zone: give --zone ZONE."));
        });
        return command.WithExamples("fleet rollout abort nov-window --preview", "fleet rollout abort nov-window --comment 'wrong package'", "fleet rollout abort nov-window --zone sh4a --now");
    }

    private static Task<Answer<AbortPreviewDocument>> PreviewAsync(CommandContext context, string rollout, string? zone, bool now, CancellationToken cancellationToken) =>
        context.Api.GetAsync<AbortPreviewDocument>($"{RolloutCommands.Path(rollout)}/abort-preview?now={(now ? "true" : "false")}{(zone is null ? "" : $"&zone={FleetApi.Segment(zone)}")}", cancellationToken);

    private static async Task<bool> AskAsync(CommandContext context, string rollout, string? zone, bool now, CancellationToken cancellationToken)
    {
        AbortPrinter.Print(context.Terminal, (await PreviewAsync(context, rollout, zone, now, cancellationToken)).Value);
        if (!now)
            return await context.Terminal.AskYesAsync(zone is null ? Say.Of($"Abort {rollout} at the next safe points?") : Say.Of($"Abort {zone} in {rollout} at its next safe point?"), cancellationToken);
        context.Terminal.Line(Say.Of($"This kills what runs on {zone} in mid-work. What is on its nodes is then unknown, and rescue stays off until someone decides."));
        return await context.Terminal.AskAsync(Say.Of("Type the zone's name to go on:"), cancellationToken) == zone;
    }
}
