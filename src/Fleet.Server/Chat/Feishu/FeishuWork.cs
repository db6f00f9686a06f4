namespace Fleet.Server.Chat.Feishu;

/// <summary>Does what Feishu told.</summary>
internal sealed class FeishuWork(FeishuClient client, FeishuChat chat, IChatInbox inbox, RecentIds seen, Afterwards afterwards, TimeProvider clock)
{
    /// <summary>Within so long, an answer to a press is shown to who pressed alone; Feishu waits three seconds.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(2);

    private const int Open = 0;
    private const int Late = 1;
    private const int InTime = 2;

    /// <returns>False: too much is going on; Feishu may tell it again.</returns>
    public bool TryTake(FeishuCall.Command call) => !seen.IsNew(call.What.Id) || TryRun(call.What.Id, stop => CommandAsync(call, stop));

    /// <returns>Whether it was taken, and what who pressed is shown; null: nothing, or it comes later as a message.</returns>
    public async Task<(bool Taken, ChatMessage? Shown)> TryTakeAsync(FeishuCall.Press call)
    {
        if (!seen.IsNew(call.What.Id))
            return (true, null);
        var answered = new TaskCompletionSource<ChatMessage?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var state = Open;
        if (!TryRun(call.What.Id, PressAsync))
            return (false, null);
        await Task.WhenAny(answered.Task, Task.Delay(Shown, clock));
        return (true, Interlocked.CompareExchange(ref state, Late, Open) == Open ? null : await answered.Task);

        // Whoever is first says where the answer goes, so that it is said once.
        async Task PressAsync(CancellationToken cancellationToken)
        {
            var answer = await inbox.PressAsync(call.What, cancellationToken);
            if (Interlocked.CompareExchange(ref state, InTime, Open) == Open)
                answered.SetResult(answer);
            else if (answer is not null)
                await chat.AnswerAsync(call.What.Post.Place, call.What.Post.Id, answer, inThread: true, cancellationToken);
        }
    }

    private bool TryRun(string id, Func<CancellationToken, Task> work)
    {
        if (afterwards.TryRun(FeishuChat.ChatName, work))
            return true;
        seen.Forget(id);
        return false;
    }

    private async Task CommandAsync(FeishuCall.Command call, CancellationToken cancellationToken)
    {
        if (call.Meant(await client.BotAsync(cancellationToken)) is not { } text || await inbox.CommandAsync(call.What with { Text = text }, cancellationToken) is not { } answer)
            return;
        await chat.AnswerAsync(call.What.Place, call.Message, answer, inThread: call.What.Place.Thread is not null, cancellationToken);
    }
}
