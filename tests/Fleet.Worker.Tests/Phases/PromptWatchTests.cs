using System.Text;
using Fleet.Runbooks.Model;
using Fleet.Worker.Phases.Prompts;

namespace Fleet.Worker.Tests.Phases;

public sealed class PromptWatchTests
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    private static readonly PromptRule[] Rules =
    [
        new() { Name = "component", Pattern = @"Are you sure to update \[(?<nodes>[^\]]+)\] nodes with \[(?<packages>[^\]]+)\] packages\s*\[y/N\]\?\s*$", Policy = PromptPolicy.Answer, Component = true },
        new() { Name = "loose", Pattern = @"Are you sure to exec", Policy = PromptPolicy.Answer },
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(500)]
    public void A_prompt_is_seen_however_its_bytes_come(int chunk)
    {
        var watch = new PromptWatch(Rules, Quiet);
        var bytes = Encoding.UTF8.GetBytes("测试 Testing ... OK.\nAre you sure to update [hyper] nodes with [hyper] packages [y/N]?");
        for (var at = 0; at < bytes.Length; at += chunk)
        {
            watch.Feed(at, bytes.AsSpan(at, Math.Min(chunk, bytes.Length - at)), false, TimeSpan.Zero);
            watch.Look(TimeSpan.FromMilliseconds(299)).ShouldBeNull();
        }
        var seen = watch.Look(Quiet).ShouldNotBeNull();
        (seen.Rule!.Name, seen.Component, seen.Offset).ShouldBe(("component", "hyper/hyper", bytes.Length));
    }

    [Theory]
    [InlineData("Updating [a] with [b] ... ", false, 1000, null)]
    [InlineData("a line\n", false, 100_000, null)]
    [InlineData("License key: ", false, 100_000, null)]
    [InlineData("License key: ", true, 2999, null)]
    [InlineData("License key: ", true, 3000, "")]
    [InlineData("Are you sure to exec the command? ", true, 0, "loose")]
    [InlineData("Are you sure to exec the command? ", false, 299, null)]
    [InlineData("Are you sure to exec the command on the above nodes [y/N]?", false, 300, "loose")]
    [InlineData("Are you sure to exec the command on the above nodes [y/N]?Execing [node1] ... ", false, 300, null)]
    [InlineData("\u001b[1mAre you sure to exec\u001b[0m? ", false, 300, "loose")]
    public void A_prompt_is_a_rules_or_one_that_the_command_really_waits_at(string tail, bool blocked, int after, string? rule)
    {
        var watch = new PromptWatch(Rules, Quiet);
        watch.Feed(0, Encoding.UTF8.GetBytes("before\n" + tail), blocked, TimeSpan.Zero);
        var seen = watch.Look(TimeSpan.FromMilliseconds(after));
        (seen is null ? null : seen.Rule?.Name ?? "").ShouldBe(rule);
    }

    [Fact]
    public void What_follows_an_answer_on_the_same_line_is_no_part_of_the_next_question()
    {
        var watch = new PromptWatch(Rules, Quiet);
        var first = "Are you sure to update [a] nodes with [a] packages [y/N]?"u8;
        watch.Feed(0, first, false, TimeSpan.Zero);
        watch.AnsweredAt(first.Length);
        watch.Look(TimeSpan.FromSeconds(1)).ShouldBeNull();
        watch.Feed(first.Length, "Are you sure to update [b] nodes with [b] packages [y/N]?"u8, false, TimeSpan.FromSeconds(1));
        watch.Look(TimeSpan.FromSeconds(2))!.Component.ShouldBe("b/b");
    }

    [Fact]
    public void A_takeover_that_reads_question_and_answered_question_on_one_line_sees_the_last()
    {
        var watch = new PromptWatch(Rules, Quiet);
        watch.Feed(0, "Are you sure to update [a] nodes with [a] packages [y/N]?Are you sure to update [b] nodes with [b] packages [y/N]?"u8, true, TimeSpan.Zero);
        watch.Look(Quiet)!.Component.ShouldBe("b/b");
    }

    [Fact]
    public void A_line_without_end_is_kept_only_by_its_end()
    {
        var watch = new PromptWatch(Rules, Quiet);
        var junk = new byte[100_000];
        Array.Fill(junk, (byte)'x');
        watch.Feed(0, junk, false, TimeSpan.Zero);
        watch.Feed(junk.Length, "Are you sure to exec the command? "u8, false, TimeSpan.Zero);
        watch.Look(Quiet)!.Text.ShouldBe("Are you sure to exec the command?");
    }
}
