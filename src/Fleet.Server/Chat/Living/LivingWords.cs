using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Runbooks.Texts;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Chat.Buttons;

namespace Fleet.Server.Chat.Living;

/// <summary>What the posts of a rollout say.</summary>
internal sealed class LivingWords(ChatChannel channel, string prompt, ButtonSeal seal, TimeProvider time)
{
    private const int MostZones = 12;
    private const int MostButtons = 6;

    /// <summary>These take nodes, items or a phase besides: they are typed.</summary>
    private static readonly string[] Typed = [Choices.Quarantine, Choices.MoveOut, Choices.Continue];

    private readonly Telling _telling = new(channel, prompt);

    /// <summary>How it stands: its time to the minute, so that it is not changed for the time alone each second.</summary>
    public LivingMessage Whole(RolloutTold told, DateTimeOffset now)
    {
        var rollout = told.Rollout;
        var minutes = rollout.StartedAt + TimeSpan.FromMinutes(Math.Floor((now - rollout.StartedAt).TotalMinutes));
        var asked = told.Open.GroupBy(RolloutTold.Key).Count();
        var guards = rollout.Zones.Sum(z => z.Guards.Count);
        return Living(
            new ChatMessage
            {
                Title = Say(Sentences.Of(rollout, minutes)),
                Mood = Sentences.Mood(rollout),
                Lines =
                [
                    .. rollout.Reason is { } reason ? new[] { reason.Text } : [],
                    .. Sentences.Waiting(rollout) is { } waiting ? new[] { Say(waiting) } : [],
                    .. rollout.Waves.Select(w => Say(Sentences.OfWave(w, rollout))),
                    .. asked > 0 ? new[] { Say(Finding.Of("chat-decisions-below", ("count", $"{asked}"))) } : [],
                    .. guards > 0 ? new[] { Say(Finding.Of("chat-guards-now", ("count", $"{guards}"))) } : [],
                    .. Sentences.Attention(rollout).Take(MostZones).Select(Say),
                    .. Telling.Ended(rollout) ? Sentences.Summary(rollout).Select(Say) : [],
                    .. rollout.TraceId is { } trace ? new[] { Say(Finding.Of("chat-trace", ("trace", trace))) } : [],
                ],
            },
            []);
    }

    /// <param name="first">As it was asked first, with what is remembered of it.</param>
    /// <param name="gone">Of the same question, what is open no longer.</param>
    public LivingMessage Question(IReadOnlyList<DecisionDocument> alike, DecisionDocument first, IReadOnlyList<DecisionDocument> gone, RolloutDocument rollout)
    {
        var one = alike[0];
        return Living(
            new ChatMessage
            {
                Title = Say(Finding.Of("chat-question", ("rollout", one.RolloutName), ("id", Questions.Short(one)), ("subject", Questions.Subjects(alike)), ("kind", Sentences.Word(one.Kind)))),
                Mood = ChatMood.Asks,
                Output = Questions.Context(one),
                Lines =
                [
                    one.Question,
                    .. one.ClaimedBy is { } by ? new[] { Say(Finding.Of("chat-claimed", ("by", by))) } : [],
                    .. Questions.Remembered(first).Select(Say),
                    Say(Questions.HowToAnswer(one, prompt)),
                    .. AnswersOf(gone),
                ],
            },
            one.Kind == DecisionKind.Approval ? OfApproval(rollout) : [.. one.Choices.Where(c => !Typed.Contains(c)).Take(MostButtons).Select(c => OfChoice(one, c, alike.Count))]);
    }

    /// <summary>Who chose what; there is nothing to press any more.</summary>
    public LivingMessage Answered(IReadOnlyList<DecisionDocument> gone) =>
        gone.Count == 0
            ? Living(new ChatMessage { Title = Say(Finding.Of("chat-no-longer-asked")) }, [])
            : Living(
                new ChatMessage
                {
                    Title = AnswersOf(gone).First(),
                    Mood = gone.All(d => d.State == DecisionState.Answered) ? ChatMood.Good : ChatMood.Plain,
                    Lines = [$"{gone[0].RolloutName}: {gone[0].Question}", .. AnswersOf(gone).Skip(1)],
                },
                []);

    /// <summary>What somebody must know although nothing is asked. Each has a key of its own, so that it is said once.</summary>
    public IEnumerable<LivingNote> Notes(RolloutTold? before, RolloutTold after, DateTimeOffset now)
    {
        foreach (var zone in after.Rollout.Zones.Where(z => _telling.IsTold(z.State)))
            yield return new LivingNote(LivingNoteKind.Zone, $"zone {zone.Name} {zone.State} {zone.EndedAt:O}", _telling.ZoneEnded(after.Rollout, zone, now));
        if (before is not null)
        {
            foreach (var due in _telling.Due(before, after, now).DistinctBy(RolloutTold.Key))
                yield return new LivingNote(LivingNoteKind.Reminder, $"remind {RolloutTold.Key(due)}", _telling.Reminder(due, now));
        }

        if (Telling.Ended(after.Rollout))
            yield return new LivingNote(LivingNoteKind.End, "end", _telling.Summary(after.Rollout, now));
    }

    private IEnumerable<string> AnswersOf(IReadOnlyList<DecisionDocument> gone) =>
        gone.GroupBy(d => (d.State, d.Answer, d.AnsweredBy)).Select(alike => Say(Telling.Answer([.. alike])));

    private IReadOnlyList<LivingButton> OfApproval(RolloutDocument rollout)
    {
        if (rollout.Plan is not { } plan)
            return [];
        return
        [
            new LivingButton(Say(Finding.Of("chat-button-approve")), $"approve {rollout.Id} {plan}", $"{prompt}approve {rollout.Name} {plan[..12]}", ChatButtonStyle.Good),
            new LivingButton(Say(Finding.Of("chat-button-reject")), $"reject {rollout.Id}", $"{prompt}reject {rollout.Name} --comment TEXT", ChatButtonStyle.Harmful, Comment()),
        ];
    }

    /// <summary>By the whole id, so that it is this question and no other. For all that ask the same where there are more.</summary>
    private LivingButton OfChoice(DecisionDocument one, string choice, int count)
    {
        var scope = count > 1 ? " --scope rollout" : "";
        return new LivingButton(
            count > 1 ? Say(Finding.Of("chat-button-all", ("choice", choice), ("count", $"{count}"))) : choice,
            $"answer {one.Id} {choice}{scope}",
            $"{prompt}answer {Questions.Short(one)} {choice}{scope}",
            choice == one.Default ? ChatButtonStyle.Good : ChatButtonStyle.Plain,
            WantsComment(one, choice) ? Comment() : null);
    }

    private static bool WantsComment(DecisionDocument one, string choice) => choice switch
    {
        Choices.MarkDone => true,
        Choices.Done or Choices.NotApplicable or Choices.Defer => one.Kind == DecisionKind.Manual,
        Choices.Retry => one.Kind is DecisionKind.FailedStep or DecisionKind.TimedOut or DecisionKind.UnknownOutcome,
        _ => false,
    };

    private string Comment() => Say(Finding.Of("chat-asks-comment"));

    private LivingMessage Living(ChatMessage message, IReadOnlyList<LivingButton> buttons) => new(message, buttons, seal, time);

    private string Say(Finding finding) => Text.Render(finding, channel.Language);
}
