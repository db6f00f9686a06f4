using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.Identities;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Rollouts;

/// <summary>Nothing begins before as many people have approved the plan as the strategy wants, and nothing begins otherwise than it was planned.</summary>
internal static partial class RolloutRules
{
    /// <summary>A rollout that is to be approved waits, with its question asked.</summary>
    /// <param name="row">As it was made, to run or scheduled, with its plan.</param>
    public static Rollout AskForApproval(Rollout row, DateTimeOffset now)
    {
        if (row.Strategy.Approvals is not { } rule)
            return row;
        var until = now + rule.Within;
        return row with
        {
            State = RolloutState.WaitingApproval,
            Approval = new Decision
            {
                Id = Decision.IdFor(row.Id, -1),
                Kind = DecisionKind.Approval,
                Phase = "",
                Step = "",
                Attempt = 1,
                Question = ApprovalQuestion(row, []),
                Choices = [Choices.Approve, Choices.Reject],
                Fingerprint = $"approval:{row.Id:N}",
                AskedAt = now,
                ExpiresAt = row.ExpiresAt is { } late && late < until ? late : until,
            },
        };
    }

    /// <summary>Whether a person may have a say in it; null: yes.</summary>
    /// <param name="groups">That the person belongs to.</param>
    public static Finding? Barred(Rollout row, string actor, IReadOnlyList<string> groups) => row.Strategy.Approvals switch
    {
        null => Finding.Of("approval-not-asked", ("rollout", row.Name)),
        { Self: false } when Names.MayBeSame(actor, row.StartedBy) => Finding.Of("approval-of-own", ("rollout", row.Name), ("by", actor)),
        { From: { Count: > 0 } from } when !IsAmong(from, actor, groups) => Finding.Of("approval-not-yours", ("rollout", row.Name), ("by", actor), ("from", string.Join(", ", from))),
        _ => null,
    };

    /// <summary>One person's word. The same once more is well; a rejection ends the rollout before it began.</summary>
    public static Change<Rollout> Approve(Rollout row, AnswerDecision answer, string actor, DateTimeOffset now)
    {
        if (row.Approval is not { } decision || row.Strategy.Approvals is not { } rule)
            return Change.Refuse(row, Finding.Of("approval-not-asked", ("rollout", row.Name)));
        // Two names told with one token are one approval.
        var given = row.Approvals.Any(a => Names.MayBeSame(a.By, actor));
        if (answer.Choice == Choices.Approve && given)
            return Change.Of(row);
        if (!decision.IsOpen)
        {
            return decision.Answer is { } first
                ? first.Choice == answer.Choice ? Change.Of(row) : Change.Refuse(row, Finding.Of("decision-answered", ("decision", decision.Id.ToString("N")), ("by", first.By), ("choice", first.Choice)))
                : Change.Refuse(row, Finding.Of("decision-not-open", ("decision", decision.Id.ToString("N")), ("state", Words.Of(decision.State))));
        }

        if (Barred(row, actor, answer.Groups) is { } barred)
            return Change.Refuse(row, barred);
        return answer.Choice switch
        {
            Choices.Approve => Approved(row, decision, rule, new GivenApproval(actor, now, answer.Comment, answer.Groups)),
            Choices.Reject when string.IsNullOrWhiteSpace(answer.Comment) => Change.Refuse(row, Finding.Of("answer-comment-missing", ("choice", Choices.Reject))),
            Choices.Reject => Rejected(row, decision, actor, answer.Comment!, now),
            var other => Change.Refuse(row, Finding.Of(other is null ? "answer-choice-missing" : "answer-choice-unknown", ("choice", other ?? ""), ("choices", string.Join(", ", decision.Choices)))),
        };
    }

    /// <summary>What it was to be has changed before it began: it ends, and says what.</summary>
    /// <param name="changes">At least one.</param>
    public static Change<Rollout> Outdated(Rollout row, IReadOnlyList<Finding> changes, DateTimeOffset now)
    {
        var outdated = Finding.Of("plan-outdated", ("plan", row.Plan![..12]), ("rollout", row.Name), ("changes", string.Join(", ", changes.Select(c => c.Args.TryGetValue("zone", out var zone) ? $"{zone} {c.Code}" : c.Code))));
        var audit = new List<AuditEntry> { Entry(row, Actors.Coordinator, "rollout-plan-outdated", ("plan", row.Plan), ("changes", outdated.Args["changes"])) };
        // Each is a sentence of its own, so that it can be told in any language.
        audit.AddRange(changes.Select(c => new AuditEntry { Actor = Actors.Coordinator, Code = c.Code, Args = c.Args, RolloutId = row.Id, Zone = c.Args.GetValueOrDefault("zone") }));
        return Change.Of(End(row with { Reason = outdated }, RolloutState.Aborted, now, audit), audit);
    }

    /// <summary>Approved is not begun: that follows by the look at the clock and the plan which every scheduled rollout gets.</summary>
    private static Change<Rollout> Approved(Rollout row, Decision decision, ApprovalRule rule, GivenApproval approval)
    {
        var approvals = row.Approvals.Append(approval).ToList();
        var left = Missing(rule, approvals);
        var question = ApprovalQuestion(row, approvals);
        var entry = Entry(row, approval.By, "approval-given", ("plan", row.Plan), ("left", $"{left}"), ("comment", approval.Comment));
        if (left > 0)
            return Change.Of(row with { Approvals = approvals, Approval = decision with { Question = question } }, entry);
        var answered = decision with { Question = question, State = DecisionState.Answered, Answer = new DecisionAnswer { Choice = Choices.Approve, Comment = approval.Comment, By = approval.By, At = approval.At } };
        return Change.Of(
            row with { Approvals = approvals, Approval = answered, State = RolloutState.Scheduled, StartsAt = row.StartsAt ?? approval.At, ExpiresAt = row.ExpiresAt ?? approval.At + StartCheck.Lateness },
            entry,
            Entry(row, Actors.Coordinator, "rollout-approved", ("plan", row.Plan), ("by", string.Join(", ", approvals.Select(a => a.By)))));
    }

    private static Change<Rollout> Rejected(Rollout row, Decision decision, string actor, string comment, DateTimeOffset now)
    {
        var audit = new List<AuditEntry> { Entry(row, actor, "approval-rejected", ("plan", row.Plan), ("comment", comment)) };
        var answered = decision with { State = DecisionState.Answered, Answer = new DecisionAnswer { Choice = Choices.Reject, Comment = comment, By = actor, At = now } };
        return Change.Of(End(row with { Approval = answered, Reason = Finding.Of("rejected-by", ("by", actor), ("comment", comment)) }, RolloutState.Aborted, now, audit), audit);
    }

    /// <summary>How many more are wanted: where one of some is among those, at least one while none of them has.</summary>
    internal static int Missing(ApprovalRule rule, IReadOnlyList<GivenApproval> given) =>
        Math.Max(rule.Required - given.Count, rule.OneOf.Count > 0 && !given.Any(g => IsAmong(rule.OneOf, g.By, g.Groups ?? [])) ? 1 : 0);

    /// <summary>By name, or by <c>group:NAME</c>.</summary>
    private static bool IsAmong(IReadOnlyList<string> named, string actor, IReadOnlyList<string> groups) => named.Contains(actor) || groups.Any(g => named.Contains($"group:{g}"));

    /// <summary>A rollout that was not approved in time, or could not begin in time any more, ends.</summary>
    private static Rollout AwaitApproval(Rollout row, DateTimeOffset now, List<AuditEntry> audit)
    {
        if (row.Approval is not { IsOpen: true, ExpiresAt: { } expires } asked || now < expires)
            return row;
        audit.Add(Entry(row, Actors.Coordinator, "decision-expired", ("decision", asked.Id.ToString("N")), ("kind", Words.Of(asked.Kind))));
        return End(row with { Approval = asked with { State = DecisionState.Expired }, Reason = Finding.Of("approval-expired", ("within", DurationText.Format(expires - asked.AskedAt))) }, RolloutState.Aborted, now, audit);
    }

    private static Finding ApprovalQuestion(Rollout row, IReadOnlyList<GivenApproval> given) => Finding.Of(
        "approval-asks",
        ("rollout", row.Name), ("plan", (row.Plan ?? "")[..Math.Min(12, row.Plan?.Length ?? 0)]), ("zones", $"{row.Included.Count()}"), ("package", row.Package.FileName), ("by", row.StartedBy),
        ("required", $"{row.Strategy.Approvals!.Required}"), ("given", given.Count == 0 ? "0" : $"{given.Count} ({string.Join(", ", given.Select(g => g.By))})"));
}
