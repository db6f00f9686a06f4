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

namespace Fleet.Server.Tests.Chat.Living;

public sealed class TellingTests
{
    private static readonly DateTimeOffset Start = new(2026, 12, 1, 22, 0, 0, TimeSpan.Zero);
    private static readonly string[] Names = ["a1", "a2", "a3"];
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

    private static RolloutTold Told(RolloutDocument rollout, params IReadOnlyList<DecisionDocument> decisions) => new(rollout with { OpenDecisions = decisions.Count(d => d.State == DecisionState.Open) }, decisions, Start);

    private static DecisionDocument Answered(string zone) => Open(zone) with { State = DecisionState.Answered, Answer = "yes", AnsweredBy = "ann" };

    private static DecisionDocument Open(string zone) => new()
    {
        Id = new Guid(1, 2, 3, [0, 0, 0, 0, 0, 0, 0, (byte)zone[1]]),
        Kind = DecisionKind.Prompt,
        State = DecisionState.Open,
        Zone = zone,
        Rollout = Guid.Empty,
        RolloutName = "night",
        Phase = "p",
        Step = "s",
        Attempt = 1,
        Question = "Go on?",
        QuestionCode = "q",
        QuestionArgs = new Dictionary<string, string>(),
        Context = "last line",
        Choices = ["yes", "no"],
        Items = [],
        Fingerprint = "f1",
        Alike = 1,
        AskedAt = Start,
        ChoicesInAdvance = [],
        Memory = [],
    };

    /// <summary>The first zone is the canary.</summary>
    private static RolloutDocument Rollout(WaveState canary = WaveState.Running, params IReadOnlyList<ZoneState> zones)
    {
        List<RolloutZoneDocument> all = [.. Names.Select((n, i) => Zone(n, i < zones.Count ? zones[i] : ZoneState.Running))];
        return new RolloutDocument
        {
            Id = Guid.Empty,
            Name = "night",
            State = RolloutState.Running,
            Package = new PackageDocument { Id = "4.3.2", FileName = "f", Digest = "d", Size = 1, Installer = "4.3.2", Upgrade = "u", Qingcloud = "q", AddedAt = Start, AddedBy = "x" },
            Runbook = new RunbookRef("r", "d"),
            Phases = [],
            Waves = [Wave(0, "canary", canary, "a1"), Wave(1, "rest", WaveState.Running, "a2", "a3")],
            Zones = all,
            Counts = new ZoneCounts { Running = all.Count(z => z.State == ZoneState.Running), Succeeded = all.Count(z => z.State == ZoneState.Succeeded), Failed = all.Count(z => z.State == ZoneState.Failed) },
            MaxParallel = 3,
            Budget = new BudgetDocument(0, 0),
            AnswersInAdvance = [],
            Interactive = true,
            OpenDecisions = 0,
            StartedBy = "ann",
            StartedAt = Start,
        };
    }

    private static WaveDocument Wave(int index, string name, WaveState state, params IReadOnlyList<string> zones) => new() { Index = index, Name = name, State = state, Zones = zones, Because = [] };

    private static RolloutZoneDocument Zone(string name, ZoneState state) => new()
    {
        Id = Guid.Empty,
        Name = name,
        State = state,
        Wave = 0,
        StartedAt = Start,
        EndedAt = state == ZoneState.Running ? null : Start.AddMinutes(1),
        PhasesDone = [],
        Guards = [],
        Skipped = [],
        Debts = [],
        Decisions = [],
    };
}
