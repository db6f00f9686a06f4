namespace Fleet.Server.Chat.Slack;

/// <summary>Does what Slack told, after Slack has been answered.</summary>
internal sealed class SlackWork(SlackClient client, SlackOptions options, SlackChat chat, IChatInbox inbox, RecentIds seen, Afterwards afterwards)
{
    /// <returns>False: too much is going on; Slack may tell it again.</returns>
    public bool TryTake(SlackCall call)
    {
        if (call.Id.Length == 0 || !seen.IsNew(call.Id))
            return true;
        if (afterwards.TryRun(SlackChat.ChatName, stop => DoAsync(call, stop)))
            return true;
        seen.Forget(call.Id);
        return false;
    }

    private Task DoAsync(SlackCall call, CancellationToken cancellationToken) => call switch
    {
        SlackCall.Command command => CommandAsync(command, cancellationToken),
        SlackCall.Press press => PressAsync(press, cancellationToken),
        SlackCall.Ask ask => client.CallAsync("views.open", "", new Dictionary<string, string> { ["trigger_id"] = ask.Trigger, ["view"] = SlackForms.Open(ask) }, cancellationToken),
        _ => Task.CompletedTask,
    };

    private async Task CommandAsync(SlackCall.Command call, CancellationToken cancellationToken)
    {
        if (await inbox.CommandAsync(call.What, cancellationToken) is not { } answer)
            return;
        if (call.Answer is { } url)
            await client.AnswerAsync(url, answer, cancellationToken);
        else
            await chat.PostAsync(call.What.Place, answer, cancellationToken);
    }

    private async Task PressAsync(SlackCall.Press call, CancellationToken cancellationToken)
    {
        if (await inbox.PressAsync(call.What, cancellationToken) is not { } answer)
            return;
        if (call.Answer is { } url)
        {
            await client.AnswerAsync(url, answer, cancellationToken);
            return;
        }

        var place = call.What.Post.Place;
        var arguments = new Dictionary<string, string>
        {
            ["channel"] = place.Channel,
            ["user"] = call.What.Person.Account.Split(':')[^1],
            ["text"] = SlackForm.Summary(answer),
            ["blocks"] = SlackForm.Blocks(answer, options.Mentions).ToJsonString(),
        };
        if (place.Thread is { } thread)
            arguments["thread_ts"] = thread;
        await client.CallAsync("chat.postEphemeral", place.Channel, arguments, cancellationToken);
    }
}
