using System.Buffers.Binary;
using System.Security.Cryptography;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Decisions;
using Fleet.Orchestration.ZoneUpgrades;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Strategies;
using Fleet.Runbooks.Texts;

namespace Fleet.Orchestration.Rollouts;

internal static partial class RolloutRules
{
    /// <summary>After the time limit nothing more is begun; what runs goes on.</summary>
    private static Rollout KeepTime(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> zones, DateTimeOffset now, List<AuditEntry> audit)
    {
        if (row.Stopped || !row.Included.Any(z => !zones[z.ZoneUpgradeId].IsEnded && !IsBegun(z, zones[z.ZoneUpgradeId])))
            return row;
        var late = row.Strategy.TimeLimit is { } limit && now >= row.StartedAt + limit
            ? TimeOver(limit)
            : row.Waves.Where(w => IsLate(w, now) && AnyToBegin(row, w, zones)).Select(w => TimeOver(w.TimeLimit!.Value, w.Name)).FirstOrDefault();
        if (late is null)
            return row;
        audit.Add(Entry(row, Actors.Coordinator, "rollout-time-over", ("limit", late.Args["limit"]), ("wave", late.Args.GetValueOrDefault("wave"))));
        return row with { Stopped = true, Reason = late };
    }

    private static bool IsLate(RolloutWave wave, DateTimeOffset now) => wave is { TimeLimit: { } limit, StartedAt: { } since } && now >= since + limit;

    private static bool AnyToBegin(Rollout row, RolloutWave wave, IReadOnlyDictionary<Guid, ZoneStanding> zones) =>
        row.MembersOf(wave.Index).Any(z => !zones[z.ZoneUpgradeId].IsEnded && !IsBegun(z, zones[z.ZoneUpgradeId]));

    private static Finding TimeOver(TimeSpan limit, string? wave = null) =>
        wave is null ? Finding.Of("time-over", ("limit", DurationText.Format(limit))) : Finding.Of("wave-time-over", ("limit", DurationText.Format(limit)), ("wave", wave));

    /// <summary>Waves that ended bake, are looked at, and are judged.</summary>
    private static Rollout Judge(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> zones, DateTimeOffset now, List<AuditEntry> audit)
    {
        foreach (var wave in row.Waves.Where(w => w.IsGated))
        {
            var members = row.MembersOf(wave.Index).ToList();
            if (members.Count > 0)
                row = Judge(row, wave, members, zones, now, audit);
        }

        return row;
    }

    private static Rollout Judge(Rollout row, RolloutWave wave, List<RolloutZone> members, IReadOnlyDictionary<Guid, ZoneStanding> zones, DateTimeOffset now, List<AuditEntry> audit)
    {
        if (members.Any(z => !zones[z.ZoneUpgradeId].IsEnded))
        {
            // One of them goes on: what was seen of the wave does not count any more.
            return wave.EndedAt is null ? row : row.With(Withdraw(row, wave, audit) with { EndedAt = null, LookId = null, Verdict = null, Because = [] });
        }

        if (wave.Decision is { IsOpen: true, ExpiresAt: { } expires } asked && now >= expires)
        {
            audit.Add(Entry(row, Actors.Coordinator, "decision-expired", ("decision", asked.Id.ToString("N")), ("kind", Words.Of(asked.Kind)), ("wave", wave.Name)));
            return row.With(wave with { Decision = asked with { State = DecisionState.Expired } }) with { Stopped = true, Reason = NotWell(wave) };
        }

        if (row.Stopped || wave.Verdict is not null)
            return row;
        if (wave.EndedAt is not { } ended)
        {
            audit.Add(Entry(row, Actors.Coordinator, "wave-ended", ("wave", wave.Name), ("bake", DurationText.Format(wave.Bake!.Value))));
            wave = wave with { EndedAt = now };
            row = row.With(wave);
            ended = now;
        }

        if (now < ended + wave.Bake!.Value)
            return row;
        var upgraded = members.Where(z => zones[z.ZoneUpgradeId].State == ZoneState.Succeeded).ToList();
        if (upgraded.Count == 0)
            return Conclude(row, wave, WaveVerdict.Inconclusive, [Finding.Of("wave-nothing-to-look-at", ("wave", wave.Name))], now, audit);
        if (wave.LookId is null)
        {
            audit.Add(Entry(row, Actors.Coordinator, "wave-look", ("wave", wave.Name), ("zones", string.Join(',', upgraded.Select(z => z.Zone)))));
            return row.With(wave with { LookId = LookIdFor(row.Id, wave.Index, wave.Looks + 1), Looks = wave.Looks + 1 });
        }

        var looks = upgraded.Select(z => zones[z.ZoneUpgradeId].Look).ToList();
        if (looks.Any(l => l is null))
            return row;
        var lost = members.Where(z => zones[z.ZoneUpgradeId].State == ZoneState.Unknown).Select(z => Finding.Of("wave-zone-unknown", ("zone", z.Zone)));
        IReadOnlyList<Finding> because = [.. looks.Where(l => l!.Health != LookHealth.Well).SelectMany(l => l!.Findings), .. lost];
        var verdict = looks.Any(l => l!.Health == LookHealth.Worse) ? WaveVerdict.Failed : because.Count > 0 ? WaveVerdict.Inconclusive : WaveVerdict.Succeeded;
        return Conclude(row, wave, verdict, because, now, audit);
    }

    private static Rollout Conclude(Rollout row, RolloutWave wave, WaveVerdict verdict, IReadOnlyList<Finding> because, DateTimeOffset now, List<AuditEntry> audit)
    {
        var action = verdict switch
        {
            WaveVerdict.Succeeded => wave.Actions.Succeeded,
            WaveVerdict.Failed => wave.Actions.Failed,
            _ => wave.Actions.Inconclusive,
        };
        audit.Add(Entry(row, Actors.Coordinator, "wave-verdict", ("wave", wave.Name), ("verdict", Words.Of(verdict)), ("then", Words.Of(action)), ("because", because.Count == 0 ? null : string.Join(',', because.Select(b => $"{b.Args.GetValueOrDefault("zone")}:{b.Code}")))));
        wave = wave with { Verdict = verdict, Because = because };
        switch (action)
        {
            case VerdictAction.GoOn:
                return row.With(wave with { PassedAt = now, PassedBy = Actors.Coordinator });
            case VerdictAction.Stop:
                audit.Add(Entry(row, Actors.Coordinator, "wave-stopped", ("wave", wave.Name), ("verdict", Words.Of(verdict))));
                return row.With(wave) with { Stopped = true, Reason = NotWell(wave) };
            default:
                return row.With(Ask(row, wave with { Asked = wave.Asked + 1 }, verdict, because, now, audit));
        }
    }

    private static RolloutWave Ask(Rollout row, RolloutWave wave, WaveVerdict verdict, IReadOnlyList<Finding> because, DateTimeOffset now, List<AuditEntry> audit)
    {
        var decision = new Decision
        {
            Id = Decision.IdFor(row.Id, (wave.Index << 16) | wave.Asked),
            Kind = DecisionKind.WaveVerdict,
            Phase = "",
            Step = "",
            Wave = wave.Name,
            Attempt = wave.Asked,
            Question = Finding.Of("wave-asks", ("wave", wave.Name), ("verdict", Words.Of(verdict))).WithLines(because.Select(b => Text.Render(b.Code, b.Args))).BecauseOf(because),
            Choices = [Choices.GoOn, Choices.CheckAgain, Choices.Stop],
            Fingerprint = $"wave-verdict:{Words.Of(verdict)}",
            AskedAt = now,
            ExpiresAt = row.Strategy.Unanswered is { } limit ? now + limit : null,
        };
        audit.Add(Entry(row, Actors.Coordinator, "wave-asked", ("decision", decision.Id.ToString("N")), ("verdict", Words.Of(verdict)), ("wave", wave.Name)));
        return wave with { Decision = decision };
    }

    /// <summary>A person's answer about a wave. The same once more is well; another is refused and names who was first.</summary>
    public static Change<Rollout> Answer(Rollout row, Guid decisionId, AnswerDecision answer, string actor, DateTimeOffset now)
    {
        if (row.Approval?.Id == decisionId)
            return Approve(row, answer, actor, now);
        if (row.Waves.FirstOrDefault(w => w.Decision?.Id == decisionId) is not { Decision: { } decision } wave)
            return Change.Refuse(row, Finding.Of("decision-unknown", ("decision", decisionId.ToString("N"))));
        if (decision.Answer is { } first)
        {
            return first.Choice == answer.Choice
                ? Change.Of(row)
                : Change.Refuse(row, Finding.Of("decision-answered", ("decision", decisionId.ToString("N")), ("by", first.By), ("choice", first.Choice)));
        }

        if (!decision.IsOpen)
            return Change.Refuse(row, Finding.Of("decision-not-open", ("decision", decisionId.ToString("N")), ("state", Words.Of(decision.State))));
        if (ClaimRules.HeldByOther(decision, actor) is { } held)
            return Change.Refuse(row, held);
        if (answer.Choice is not { } choice || !decision.Choices.Contains(choice))
            return Change.Refuse(row, Finding.Of(answer.Choice is null ? "answer-choice-missing" : "answer-choice-unknown", ("choice", answer.Choice ?? ""), ("choices", string.Join(", ", decision.Choices))));
        var audit = new List<AuditEntry> { Entry(row, actor, "wave-answered", ("decision", decision.Id.ToString("N")), ("wave", wave.Name), ("choice", choice), ("comment", answer.Comment)) };
        wave = wave with { Decision = decision with { State = DecisionState.Answered, Answer = new DecisionAnswer { Choice = choice, Comment = answer.Comment, By = actor, At = now } } };
        return Change.Of(
            choice switch
            {
                Choices.GoOn => row.With(wave with { PassedAt = now, PassedBy = actor }),
                Choices.CheckAgain => row.With(wave with { LookId = null, Verdict = null, Because = [] }),
                _ => row.With(wave) with { Stopped = true, Reason = NotWell(wave) },
            },
            audit);
    }

    /// <summary>A person goes on all the same: past a verdict, and past the time.</summary>
    private static Rollout Waive(Rollout row, string actor, DateTimeOffset now, List<AuditEntry> audit)
    {
        foreach (var wave in row.Waves.Where(w => w is { IsGated: true, Verdict: not null }))
        {
            audit.Add(Entry(row, actor, "wave-passed", ("wave", wave.Name), ("verdict", Words.Of(wave.Verdict!.Value))));
            row = row.With(Withdraw(row, wave, audit) with { PassedAt = now, PassedBy = actor });
        }

        var over = row.Strategy.TimeLimit is { } limit && now >= row.StartedAt + limit;
        return row with
        {
            Strategy = over ? row.Strategy with { TimeLimit = null } : row.Strategy,
            Waves = [.. row.Waves.Select(w => IsLate(w, now) ? w with { TimeLimit = null } : w)],
        };
    }

    private static Rollout WithdrawQuestions(Rollout row, List<AuditEntry> audit)
    {
        if (row.Approval is { IsOpen: true } asked)
        {
            audit.Add(Entry(row, Actors.Coordinator, "decision-withdrawn", ("decision", asked.Id.ToString("N")), ("because", "not-asked-any-more")));
            row = row with { Approval = asked with { State = DecisionState.Withdrawn } };
        }

        return row with { Waves = [.. row.Waves.Select(w => Withdraw(row, w, audit))] };
    }

    private static RolloutWave Withdraw(Rollout row, RolloutWave wave, List<AuditEntry> audit)
    {
        if (wave.Decision is not { IsOpen: true } decision)
            return wave;
        audit.Add(Entry(row, Actors.Coordinator, "decision-withdrawn", ("decision", decision.Id.ToString("N")), ("wave", wave.Name), ("because", "not-asked-any-more")));
        return wave with { Decision = decision with { State = DecisionState.Withdrawn } };
    }

    private static Finding NotWell(RolloutWave wave) => Finding.Of("wave-not-well", ("wave", wave.Name), ("verdict", Words.Of(wave.Verdict ?? WaveVerdict.Inconclusive)));

    private static Finding OrderBroken(Rollout row, IReadOnlyDictionary<Guid, ZoneStanding> zones)
    {
        var waiting = row.Included.Where(z => !zones[z.ZoneUpgradeId].IsEnded).Select(z => z.Zone).ToList();
        return Finding.Of("order-broken", ("count", $"{waiting.Count}"), ("zones", string.Join(", ", waiting.Take(10))));
    }

    /// <summary>The same look has the same id, so that deciding needs no source of randomness.</summary>
    private static Guid LookIdFor(Guid rollout, int wave, int number)
    {
        Span<byte> input = stackalloc byte[24];
        rollout.TryWriteBytes(input);
        BinaryPrimitives.WriteInt32BigEndian(input[16..], wave);
        BinaryPrimitives.WriteInt32BigEndian(input[20..], number);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        return new Guid(hash[..16]);
    }
}
