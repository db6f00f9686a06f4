namespace Fleet.Worker.Ssh;

/// <summary>
/// Finds out that a link is dead when nothing says so: after a while of silence one byte goes through a <c>cat</c> on the firstbox and must come back. The library's keep-alive only sends, and TCP gives up after a quarter of an hour.
/// A short connection never opens that channel.
/// </summary>
internal static class Pulse
{
    public static async Task WatchAsync(FirstboxLink link, TimeSpan keepAlive, TimeSpan limit, TimeProvider time)
    {
        RemoteExec? cat = null;
        Stream? input = null;
        var asking = Task.CompletedTask;
        try
        {
            using var tick = new PeriodicTimer(keepAlive / 4, time);
            while (await tick.WaitForNextTickAsync(link.Broken))
            {
                var silence = link.Silence;
                if (silence > limit)
                    link.Break($"nothing was heard for {silence.TotalSeconds:0} s");
                else if (silence > keepAlive && asking.IsCompleted)
                    asking = AskAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The link is broken or closed.
        }
        finally
        {
            cat?.Leave(static () => { });
        }

        async Task AskAsync()
        {
            try
            {
                if (cat is null || cat.Done.IsCompleted)
                {
                    cat?.Leave(static () => { });
                    cat = await RemoteExec.StartAsync(link, "exec cat", link.Broken);
                    input = cat.OpenInput();
                    _ = cat.PumpAsync(static (_, _) => ValueTask.CompletedTask, static (_, _) => ValueTask.CompletedTask, link.Broken).ContinueWith(static t => t.Exception, TaskContinuationOptions.OnlyOnFaulted);
                }

                await Task.Run(() => input!.Write("\n"u8));
            }
            catch (SshLinkException refused) when (refused.Reason.Code == "ssh-channel-refused")
            {
                // A refusal is an answer.
                link.Heard();
            }
            catch (Exception)
            {
                // Silence is the judge.
            }
        }
    }
}
