using Fleet.Testing;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Executions;

public sealed class AnsweringTests(LocalSshd sshd) : IClassFixture<LocalSshd>
{
    private static CancellationToken Token => RunnerZone.Token;

    [Fact]
    public async Task Each_prompt_is_answered_once_and_by_its_own_answer_whoever_else_sends()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var transcript = new Transcript();
        var following = await zone.BegunAsync(
            $"for i in 1 2 3 4 5 6; do printf \"prompt $i? \"; read a; echo \"$i=$a\" >>{zone.Effects}; echo; done", transcript);
        for (var prompt = 1; prompt <= 6; prompt++)
        {
            var text = $"prompt {prompt}? ";
            await Eventually.BeTrueAsync(() => transcript.Text.EndsWith(text, StringComparison.Ordinal) && transcript.Blocked, TimeSpan.FromMinutes(3), Token);
            var offset = transcript.Offset;

            var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(sender => SendAsync(zone, offset, $"answer {prompt}", killAfter: sender < 2 ? TimeSpan.FromMilliseconds(60 * (sender + prompt)) : null)));

            replies.OfType<AnswerReply>().ShouldAllBe(r => r.State == AnswerState.Applied);
            replies.OfType<AnswerReply>().Count(r => !r.Duplicate).ShouldBeLessThanOrEqualTo(1);
        }

        (await following).Status.Exit.ShouldBe(0);
        zone.EffectLines.ShouldBe(["1=answer 1", "2=answer 2", "3=answer 3", "4=answer 4", "5=answer 5", "6=answer 6"]);
    }

    [Fact]
    public async Task A_late_answer_reaches_no_later_prompt()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var transcript = new Transcript();
        // Each prompt gives up when the next file is there, without an answer; the last one waits for its own.
        var following = await zone.BegunAsync(
            $"exec bash -c 'for i in 1 2 3 4; do printf \"p$i? \"; while [ ! -e {zone.Effects}.$i ]; do a=; [ $i = 4 ] || {{ sleep 0.05; continue; }}; read a; break; done; echo \"$i=$a\" >>{zone.Effects}; echo; done'", transcript);
        var late = new List<(long Offset, string Text)>();
        for (var prompt = 1; prompt <= 3; prompt++)
        {
            await ShownAsync(transcript, following, $"p{prompt}? ");
            late.Add((transcript.Text.Length, $"{prompt}"));
            await File.WriteAllTextAsync($"{zone.Effects}.{prompt}", "", Token);
        }

        await ShownAsync(transcript, following, "p4? ");
        foreach (var (offset, text) in late)
            (await zone.Connect().AnswerAsync(zone.Id, 1, offset, text, Token)).State.ShouldBe(AnswerState.Stale);
        (await zone.Connect().AnswerAsync(zone.Id, 1, transcript.Text.Length, "4", Token)).State.ShouldBe(AnswerState.Applied);
        await following;

        zone.EffectLines.ShouldBe(["1=", "2=", "3=", "4=4"]);
        foreach (var file in Enumerable.Range(1, 3))
            File.Delete($"{zone.Effects}.{file}");
    }

    private static async Task ShownAsync(Transcript transcript, Task following, string text) =>
        await Eventually.BeTrueAsync(() => transcript.Text.EndsWith(text, StringComparison.Ordinal) || following.IsCompleted, TimeSpan.FromMinutes(3), Token, () => transcript.Text);

    [Fact]
    public async Task The_same_answer_again_is_a_duplicate_another_is_a_conflict_and_after_the_end_they_still_are()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        var transcript = new Transcript();
        var following = await zone.BegunAsync("printf 'sure? '; read a; printf 'really? '; read b; echo $a $b", transcript);
        await zone.UntilAsync(s => s.BlockedOnRead);

        var first = await runner.AnswerAsync(zone.Id, 1, 6, "y", Token);
        await zone.UntilAsync(s => s.BlockedOnRead && s.Printed == 14);
        var again = await runner.AnswerAsync(zone.Id, 1, 6, "y", Token);
        var other = await runner.AnswerAsync(zone.Id, 1, 6, "n", Token);
        var early = await runner.AnswerAsync(zone.Id, 1, 99, "y", Token);
        var second = await runner.AnswerAsync(zone.Id, 1, 14, "", Token);
        await following;
        var after = await runner.AnswerAsync(zone.Id, 1, 6, "y", Token);
        var never = await runner.AnswerAsync(zone.Id, 1, 17, "y", Token);

        (first.State, first.Duplicate).ShouldBe((AnswerState.Applied, false));
        (again.State, again.Duplicate).ShouldBe((AnswerState.Applied, true));
        other.State.ShouldBe(AnswerState.Conflict);
        early.State.ShouldBe(AnswerState.Stale);
        second.State.ShouldBe(AnswerState.Applied);
        (after.State, after.Duplicate).ShouldBe((AnswerState.Applied, true));
        never.State.ShouldBe(AnswerState.Stale);
        transcript.Text.ShouldBe("sure? really? y\n");
    }

    [Fact]
    public async Task An_answer_that_was_taken_but_perhaps_not_written_is_unknown_and_is_not_given_again()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        var following = await zone.BegunAsync("printf 'sure? '; read a; echo $a");
        await zone.UntilAsync(s => s.BlockedOnRead);
        (await runner.AnswerAsync(zone.Id, 1, 6, "y", Token)).State.ShouldBe(AnswerState.Applied);
        File.Delete(Path.Combine(zone.Run(), "answers", "6.sent"));

        var again = await runner.AnswerAsync(zone.Id, 1, 6, "y", Token);

        (again.State, again.Duplicate).ShouldBe((AnswerState.Unknown, true));
        (await following).Status.Printed.ShouldBe(8);
    }

    [Fact]
    public async Task A_command_that_does_not_wait_for_its_terminal_gets_no_answer()
    {
        await using var zone = new RunnerZone(sshd);
        var runner = await zone.AttachedAsync();
        var following = await zone.BegunAsync("printf 'working ... '; sleep 60; read a");

        await zone.UntilAsync(s => s.Printed == 12);
        var reply = await runner.AnswerAsync(zone.Id, 1, 12, "y", Token);

        (reply.State, reply.Detail).ShouldBe((AnswerState.Stale, "not-waiting"));
        File.Exists(Path.Combine(zone.Run(), "answers", "12")).ShouldBeFalse();
        await runner.CancelAsync(zone.Id, 1, TimeSpan.FromSeconds(1), Token);
        await following;
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("tab\there")]
    [InlineData("escape\u001b[A")]
    [InlineData("\u0004")]
    public async Task Only_printable_characters_are_taken(string text)
    {
        await using var zone = new RunnerZone(sshd);

        var reply = await zone.Runner.AnswerAsync(zone.Id, 1, 0, text, Token);

        (reply.State, reply.Refusal).ShouldBe((AnswerState.Refused, Refusal.BadInput));
    }

    [Fact]
    public async Task Standard_input_has_no_end_even_when_the_supervisor_is_gone()
    {
        await using var zone = new RunnerZone(sshd);
        await zone.AttachedAsync();
        var following = await zone.BegunAsync($"while ! read a; do echo end-of-file >>{zone.Effects}; done; echo \"$a\"");
        await zone.UntilAsync(s => s.BlockedOnRead);

        Processes.Signal(int.Parse(zone.Mark("claim")!.Split(',')[1]), "KILL");
        (await following).Status.State.ShouldBe(ExecutionState.Orphan);

        (await zone.Runner.StatusAsync(zone.Id, Token)).LiveProcesses.ShouldBeGreaterThan(0);
        zone.EffectLines.ShouldBeEmpty();
    }

    private static async Task<AnswerReply?> SendAsync(RunnerZone zone, long offset, string text, TimeSpan? killAfter)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        if (killAfter is { } limit)
            cut.CancelAfter(limit);
        try
        {
            return await zone.Connect().AnswerAsync(zone.Id, 1, offset, text, cut.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SshLinkException)
        {
            return null;
        }
    }
}
