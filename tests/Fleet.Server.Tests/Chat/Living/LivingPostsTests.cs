using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Access;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Buttons;
using Fleet.Server.Chat.Living;
using Fleet.Testing;
using Microsoft.Extensions.Time.Testing;
using static Fleet.Server.Tests.Chat.Living.Pictures;

namespace Fleet.Server.Tests.Chat.Living;

public sealed class LivingPostsTests : IDisposable
{
    private static readonly ChatChannel Channel = new() { Chat = "slack", Name = "C1", OnCall = ["sre"], RemindAfter = TimeSpan.FromMinutes(15) };
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(Start);
    private readonly RecordingChat chat = new();
    private readonly ButtonSeal seal;
    private RolloutTold? before;
    private readonly LivingPosts posts;

    public LivingPostsTests()
    {
        seal = new ButtonSeal(KnownTokens.Load(new ServerOptions { Data = folder.Path }), time);
        posts = Posts(Channel);
    }

    private (ChatPlace Place, ChatMessage Message) Main => chat.Posts["m01"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_rollout_has_one_message_which_changes_as_it_goes_on_and_only_then()
    {
        await ShowAsync(Told(Rollout()), 0);
        Main.Message.Title.ShouldContain("3 running");
        Main.Place.Thread.ShouldBeNull();
        await ShowAsync(Told(Rollout()), 0.5);
        chat.Updates.ShouldBe(0, "nothing has changed but seconds");
        await ShowAsync(Told(Rollout(WaveState.Succeeded, ZoneState.Succeeded)), 1);
        Main.Message.Title.ShouldContain("1 done");
        Main.Message.Lines.ShouldContain(l => l.Contains("wave canary: succeeded", StringComparison.Ordinal));
        (chat.Posts.Count, chat.Updates).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_question_is_a_post_in_the_thread_with_a_button_for_each_choice_for_all_that_ask_the_same()
    {
        await ShowAsync(Told(Rollout(), Open("a1")), 0);
        var (place, one) = chat.Posts["m02"];
        place.Thread.ShouldBe("m01");
        one.Lines[0].ShouldBe("Go on?");
        one.Buttons.Select(b => b.Text).ShouldBe(["yes", "no"]);
        seal.Take(one.Buttons[0].Value, out _)!.Line.ShouldBe($"answer {Open("a1").Id} yes");
        await ShowAsync(Told(Rollout(), Open("a1"), Open("a2")), 1);
        var both = chat.Posts["m02"].Message;
        both.Title.ShouldContain("a1, a2");
        both.Buttons.Select(b => b.Text).ShouldBe(["yes (all 2)", "no (all 2)"]);
        seal.Take(both.Buttons[1].Value, out _)!.Line.ShouldBe($"answer {Open("a1").Id} no --scope rollout");
        chat.Posts.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_answered_question_loses_its_buttons_and_shows_who_chose_what()
    {
        await ShowAsync(Told(Rollout(), Open("a1"), Open("a2")), 0);
        await ShowAsync(Told(Rollout(), Answered("a1"), Open("a2")), 1);
        var half = chat.Posts["m02"].Message;
        half.Buttons.Count.ShouldBe(2);
        half.Lines.ShouldContain("a1: yes by ann");
        await ShowAsync(Told(Rollout(), Answered("a2") with { Answer = "no" }), 2);
        var done = chat.Posts["m02"].Message;
        done.Buttons.ShouldBeEmpty();
        (done.Title + string.Join('\n', done.Lines)).ShouldSatisfyAllConditions(t => t.ShouldContain("a1: yes by ann"), t => t.ShouldContain("a2: no by ann"));
        await ShowAsync(Told(Rollout(), Open("a3")), 3);
        chat.Posts.Count.ShouldBe(3, "what is asked anew is a post of its own");
    }

    [Fact]
    public async Task An_approval_is_bound_to_the_rollouts_plan_and_a_rejection_asks_why()
    {
        var plan = new string('a', 64);
        var rollout = Rollout() with { State = RolloutState.WaitingApproval, Plan = plan };
        await ShowAsync(Told(rollout, Open("a1") with { Kind = Contracts.Decisions.DecisionKind.Approval, Zone = null, Choices = ["approve", "reject"] }), 0);
        var buttons = chat.Posts["m02"].Message.Buttons;
        seal.Take(buttons[0].Value, out _)!.Line.ShouldBe($"approve {rollout.Id} {plan}");
        buttons[1].Asks.ShouldBe("Comment");
        seal.Take(buttons[1].Value, out _)!.Line.ShouldBe($"reject {rollout.Id}");
    }

    [Fact]
    public async Task What_needs_more_than_a_press_is_typed()
    {
        await ShowAsync(Told(Rollout(), Open("a1") with { Choices = ["retry", "quarantine", "move-out", "fail"] }), 0);
        chat.Posts["m02"].Message.Buttons.Select(b => b.Text).ShouldBe(["retry", "fail"]);
    }

    [Fact]
    public async Task An_end_is_said_in_the_channel_once_and_a_failed_zone_and_who_is_called_in_the_thread()
    {
        await ShowAsync(Told(Rollout(), Open("a2")), 0);
        await ShowAsync(Told(Rollout(WaveState.Running, ZoneState.Failed), Open("a2")), 16);
        var below = chat.Posts.Values.Skip(2).ToList();
        below.ShouldAllBe(p => p.Place.Thread == "m01");
        below.Select(p => p.Message.Title).ShouldContain("night: a1 failed after 1m");
        below.Single(p => p.Message.Mentions.Count > 0).Message.Mentions.ShouldBe(["sre"]);
        var ended = Rollout(WaveState.Succeeded, ZoneState.Failed, ZoneState.Succeeded, ZoneState.Succeeded) with { State = RolloutState.Succeeded, EndedAt = Start.AddHours(1) };
        await ShowAsync(Told(ended, Answered("a2")), 60);
        await ShowAsync(Told(ended), 61);
        chat.Posts.Values.Skip(1).Where(p => p.Place.Thread is null).ShouldHaveSingleItem().Message.Lines.ShouldContain(l => l.StartsWith("wave canary", StringComparison.Ordinal));
        Main.Message.Mood.ShouldBe(ChatMood.Good);
    }

    [Fact]
    public async Task What_could_not_be_changed_shows_the_newest_state_once_it_can_and_nothing_is_said_twice()
    {
        await ShowAsync(Told(Rollout(), Open("a1")), 0);
        chat.Failures.Enqueue(ChatFailure.Limited);
        var failed = await Should.ThrowAsync<ChatException>(() => ShowAsync(Told(Rollout(WaveState.Running, ZoneState.Failed), Open("a1")), 1));
        failed.Failure.ShouldBe(ChatFailure.Limited);
        // The message and the question go, the post about the zone does not.
        foreach (var outcome in new ChatFailure?[] { null, ChatFailure.Unreachable })
            chat.Failures.Enqueue(outcome);
        await Should.ThrowAsync<ChatException>(() => ShowAsync(Told(Rollout(WaveState.Running, ZoneState.Failed, ZoneState.Failed), Open("a1")), 2));
        await ShowAsync(Told(Rollout(WaveState.Running, ZoneState.Failed, ZoneState.Failed), Open("a1")), 3);
        Main.Message.Title.ShouldContain("2 failed");
        chat.Posts.Values.Select(p => p.Message.Title).Count(t => t.Contains("a1 failed", StringComparison.Ordinal)).ShouldBe(1);
        chat.Posts.Count.ShouldBe(4, "the message, the question, two zones");
    }

    [Fact]
    public async Task A_message_that_somebody_deleted_is_said_again()
    {
        await ShowAsync(Told(Rollout()), 0);
        chat.Posts.Clear();
        await ShowAsync(Told(Rollout(WaveState.Running, ZoneState.Succeeded)), 1);
        chat.Posts.Values.ShouldHaveSingleItem().Message.Title.ShouldContain("1 done");
    }

    [Fact]
    public async Task Who_has_taken_a_question_on_is_shown_and_what_went_before_is_no_news()
    {
        await ShowAsync(Told(Rollout(WaveState.Running, ZoneState.Failed), Open("a2")), 0);
        chat.Posts.Count.ShouldBe(2, "the zone had failed before Fleet looked: the message shows it");
        Main.Message.Lines.ShouldContain(l => l.StartsWith("a1: failed", StringComparison.Ordinal));
        await ShowAsync(Told(Rollout(WaveState.Running, ZoneState.Failed), Open("a2") with { ClaimedBy = "bob" }), 1);
        chat.Posts["m02"].Message.Lines.ShouldContain("bob has taken it on");
    }

    private LivingPosts Posts(ChatChannel channel) => new(chat, channel, new LivingWords(channel, "/fleet ", seal, time));

    private async Task ShowAsync(RolloutTold after, double minutes)
    {
        var now = Start.AddMinutes(minutes);
        await posts.ShowAsync(before, after, now, TestContext.Current.CancellationToken);
        before = new Telling(Channel, "/fleet ").Said(before, after, now);
    }
}
