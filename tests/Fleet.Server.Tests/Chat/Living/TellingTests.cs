using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Packages;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Living;
using static Fleet.Server.Tests.Chat.Living.Pictures;

namespace Fleet.Server.Tests.Chat.Living;

public sealed class TellingTests
{
    private static readonly ChatChannel Channel = new() { Chat = "irc", Name = "#ops", OnCall = ["ann", "bob"], RemindAfter = TimeSpan.FromMinutes(15), ProgressEvery = TimeSpan.FromMinutes(10) };

    [Fact]
    public void What_is_as_it_was_is_not_said_again()
    {
        var told = Told(Rollout(), Open("a1"));
        Say(told, told, minutes: 5).ShouldBeEmpty();
        Say(null, told, minutes: 0).Count.ShouldBe(2, "how it stands, and what it asks");
    }

    [Fact]
    public void Questions_alike_are_one_and_what_joins_them_is_not_said_again()
    {
        var before = Told(Rollout());
        var first = Told(Rollout(), Open("a1"), Open("a2"));
        var question = Say(before, first, 1).Single();
        question.Mood.ShouldBe(ChatMood.Asks);
        question.Title.ShouldContain("a1, a2");
        question.Output.ShouldBe("last line");
        question.Lines.ShouldContain(l => l.Contains("--scope rollout", StringComparison.Ordinal));
        Say(first, Told(Rollout(), Open("a1"), Open("a2"), Open("a3")), 2).ShouldBeEmpty();
        Say(first, Told(Rollout(), Open("a1") with { ClaimedBy = "ann" }, Open("a2")), 2).ShouldBeEmpty("who has taken it on changes nothing of what is asked");
    }

    [Fact]
    public void Alike_answers_are_one_line_with_who_chose_what_and_what_is_asked_anew_is_said_anew()
    {
        var before = Told(Rollout(), Open("a1"), Open("a2"));
        var answered = Told(Rollout(), Answered("a1"), Answered("a2"));
        Say(before, answered, 1).Single().Title.ShouldBe("a1, a2: yes by ann");
        Say(answered, Told(Rollout(), Open("a3")), 2).Single().Title.ShouldContain("a3");
    }

    [Fact]
    public void Who_is_on_call_is_called_once_for_a_question_that_nobody_takes_on()
    {
        var told = Told(Rollout(), Open("a1"));
        Say(told, told, 14).ShouldBeEmpty();
        var reminder = Say(told, told, 15).Single();
        reminder.Mentions.ShouldBe(["ann", "bob"]);
        var reminded = new Telling(Channel, "!fleet ").Said(told, told, Start.AddMinutes(15));
        Say(reminded, told, 40).ShouldBeEmpty();
        var taken = Told(Rollout(), Open("a1") with { ClaimedBy = "ann" });
        Say(taken, taken, 40).ShouldBeEmpty();
    }

    [Fact]
    public void A_wave_that_ends_is_said_and_a_zone_only_where_it_went_wrong_or_the_channel_wants_each()
    {
        var before = Told(Rollout());
        var after = Told(Rollout(WaveState.Succeeded, ZoneState.Succeeded, ZoneState.Failed));
        Say(before, after, 1).Select(m => m.Title).ShouldBe(["night: wave canary: succeeded, 1 of 1 done", "night: a2 failed after 1m"]);
        new Telling(Channel with { EachZone = true }, "").Between(before, after, Start.AddMinutes(1)).Count.ShouldBe(3);
    }

    [Fact]
    public void How_far_it_is_is_said_at_most_once_in_the_time_of_the_channel_and_only_where_it_has_gone_on()
    {
        var telling = new Telling(Channel, "");
        var before = telling.Said(null, Told(Rollout()), Start);
        var after = Told(Rollout(WaveState.Running, ZoneState.Succeeded));
        telling.Between(before, after, Start.AddMinutes(9)).ShouldBeEmpty();
        telling.Between(before, Told(Rollout()), Start.AddMinutes(11)).ShouldBeEmpty();
        telling.Between(before, after, Start.AddMinutes(11)).Single().Title.ShouldContain("1 done");
        telling.Between(telling.Said(before, after, Start.AddMinutes(11)), Told(Rollout(WaveState.Running, ZoneState.Succeeded, ZoneState.Succeeded)), Start.AddMinutes(12)).ShouldBeEmpty();
    }

    [Fact]
    public void After_an_outage_the_newest_state_is_said_and_nothing_of_between()
    {
        var ended = Rollout(WaveState.Succeeded, ZoneState.Succeeded, ZoneState.Succeeded, ZoneState.Succeeded) with { State = RolloutState.Succeeded, EndedAt = Start.AddHours(3) };
        var said = Say(Told(Rollout(), Open("a1")), Told(ended, Answered("a1")), 200);
        said.Select(m => m.Title.Split(':')[0]).ShouldBe(["a1", "night succeeded"]);
        said[^1].Lines.ShouldContain(l => l.StartsWith("wave canary: zones 1, ", StringComparison.Ordinal));
        said[^1].Mood.ShouldBe(ChatMood.Good);
    }

    private static IReadOnlyList<ChatMessage> Say(RolloutTold? before, RolloutTold after, int minutes) => new Telling(Channel, "!fleet ").Between(before, after, Start.AddMinutes(minutes));
}
