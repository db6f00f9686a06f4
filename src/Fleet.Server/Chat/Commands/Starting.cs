using System.Globalization;
using Fleet.Contracts.Checks;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Loading;
using Fleet.Server.Api.Checks;
using Fleet.Server.Api.Plans;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Living;

namespace Fleet.Server.Chat.Commands;

/// <summary>Looking at zones, planning, and starting what was planned.</summary>
internal static class Starting
{
    private static readonly string[] PlanOptions = ["--zones", "--package", "--runbook", "--max-parallel", "--max-failures", "--until"];

    public static IReadOnlyList<ChatVerb> Verbs { get; } =
    [
        new("check", "--zones SELECTOR [--package ID] [--runbook NAME] | show ID", "chat-about-check", CheckAsync) { Words = (0, 2), Options = ["--zones", "--package", "--runbook"], Examples = ["check --zones region=pek --package 4.3.2-20261101", "check show 019ab3c4"] },
        new("plan", "--zones SELECTOR --package ID [--runbook NAME] [--max-parallel N] [--max-failures N|N%] [--until PHASE] [--auto] | show HASH", "chat-about-plan", PlanAsync) { Words = (0, 2), Options = PlanOptions, Flags = ["--auto"], Examples = ["plan --zones all --package 4.3.2-20261101", "plan show 3f9a1c2b77d0"] },
        new("start", "--zones SELECTOR --package ID [as plan] | --plan HASH; [--name NAME] [--at TIME [--expires TIME]]", "chat-about-start", StartAsync)
        {
            Options = [.. PlanOptions, "--plan", "--name", "--at", "--expires"],
            Flags = ["--auto"],
            Examples = ["start --plan 3f9a1c2b77d0 --name nov-window", "start --zones region=pek --package 4.3.2-20261101 --at '2026-12-01 22:00' --expires 1h"],
        },
    ];

    private static async Task<ChatMessage> CheckAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        var call = (given.Word(0), given.Word(1), given.Get("--zones")) switch
        {
            ("show", { } id, null) => ApiCall.Of("ShowCheck", ("id", id)),
            (null, _, { } zones) => new ApiCall("StartCheck") { Body = new CheckRequest(zones, given.Get("--package"), given.Get("--runbook")) },
            _ => null,
        };
        if (call is null)
            return talk.Bad(Finding.Of("chat-words-missing", ("usage", Verbs[0].Line)));
        var answer = await talk.CallAsync(call, cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var check = answer.Read<CheckDocument>();
        return new ChatMessage
        {
            Title = talk.Say(Finding.Of("chat-check", ("zones", $"{check.Zones.Count}"), ("told", $"{check.Zones.Count(z => z.EndedAt is not null)}"), ("command", talk.Typed($"check show {check.Id:N}"[..19])))),
            Mood = check.Done ? ChatMood.Plain : ChatMood.Running,
            Lines = [.. check.Zones.Where(z => z.EndedAt is not null).SelectMany(Found).Take(ChatTalk.MostLines)],
        };
    }

    private static IEnumerable<string> Found(ZoneCheckDocument zone) =>
    [
        .. zone.Unanswered is { } why ? new[] { $"{zone.Zone}: {why.Text}" } : [],
        .. zone.Stages.Where(s => s.Problem is not null).Select(s => $"{zone.Zone}: {s.Problem!.Text}"),
        .. zone.Steps.Where(s => s.Verdict is CheckVerdict.Stops or CheckVerdict.Asks).Select(s => $"{zone.Zone}: {s.Name} {Sentences.Word(s.Verdict)}: {string.Join(" ", s.Findings.Select(f => f.Finding.Text))}"),
    ];

    private static async Task<ChatMessage> PlanAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        if (given.Words.Count > 0 && given is not { Words: ["show", _] })
            return talk.Bad(Finding.Of("chat-words-many", ("word", given.Words[0]), ("usage", Verbs[1].Line)));
        var problems = new List<Finding>();
        var call = given.Word(1) is { } hash ? ApiCall.Of("ShowPlan", ("hash", hash)) : new ApiCall("MakePlan") { Body = Request(given, problems) };
        if (problems.Count > 0)
            return talk.Bad(problems);
        var answer = await talk.CallAsync(call, cancellationToken);
        return answer.Ok ? Shown(talk, answer.Read<PlanDocument>()) : talk.Refused(answer);
    }

    private static async Task<ChatMessage> StartAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        var problems = new List<Finding>();
        var request = Request(given, problems);
        var at = Moment(given, problems);
        var expires = given.Get("--expires") is { } after ? at + After(after, at, problems) : null;
        if (given.Get("--plan") is not null && (request != new StartRequest()))
            problems.Add(Finding.Of("plan-and-more"));
        if (problems.Count > 0)
            return talk.Bad(problems);
        var looked = await talk.CallAsync(given.Get("--plan") is { } hash ? ApiCall.Of("ShowPlan", ("hash", hash)) : new ApiCall("MakePlan") { Body = request }, cancellationToken);
        if (!looked.Ok)
            return talk.Refused(looked);
        var plan = looked.Read<PlanDocument>();
        var start = new StartRequest { Plan = plan.Hash, Name = given.Get("--name"), StartsAt = at, ExpiresAt = expires };
        return talk.Ask(Shown(talk, plan), talk.Say(Finding.Of("chat-button-start", ("count", $"{plan.Zones.Count}"))), ChatButtonStyle.Good, (again, ct) => BeginAsync(again, start, ct));
    }

    /// <summary>By the hash of what was shown: where anything in it has changed since, nothing starts.</summary>
    private static async Task<ChatMessage> BeginAsync(ChatTalk talk, StartRequest start, CancellationToken cancellationToken)
    {
        var answer = await talk.CallAsync(new ApiCall("StartRollout") { Body = start }, cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var rollout = answer.Read<RolloutDocument>();
        return talk.Good(Finding.Of("chat-started", ("rollout", rollout.Name), ("plan", start.Plan![..12]), ("state", Sentences.Word(rollout.State))), [.. Sentences.Waiting(rollout) is { } waiting ? [talk.Say(waiting)] : Array.Empty<string>()]);
    }

    /// <summary>Waves, what will be asked, how long it took before, and the hash that all of it has.</summary>
    internal static ChatMessage Shown(ChatTalk talk, PlanDocument plan)
    {
        var expected = plan.Zones.Where(z => z.Expects.Any(e => e.Verdict is CheckVerdict.Asks or CheckVerdict.Stops)).ToList();
        return talk.Plain(
            Finding.Of("chat-plan", ("plan", plan.Hash[..12]), ("zones", $"{plan.Zones.Count}"), ("package", plan.Package.Id), ("parallel", plan.Strategy.MaxParallel), ("failures", plan.Strategy.MaxFailures)),
            [
                .. plan.Waves.Take(ChatTalk.MostLines).Select(w => talk.Say(Finding.Of("chat-plan-wave", ("wave", w.Name), ("count", $"{w.Zones.Count}"), ("zones", Sentences.Named(w.Zones)), ("time", Took(w.Estimate))))),
                talk.Say(plan.Estimate is null ? Finding.Of("chat-plan-no-estimate") : Finding.Of("chat-plan-estimate", ("time", Took(plan.Estimate)), ("samples", $"{plan.Estimate.Samples}"))),
                .. expected.Take(ChatTalk.MostLines).SelectMany(z => z.Expects.Where(e => e.Verdict is CheckVerdict.Asks or CheckVerdict.Stops).Select(e => talk.Say(Finding.Of("chat-plan-expects", ("zone", z.Name), ("step", e.Step), ("verdict", Sentences.Word(e.Verdict)), ("found", string.Join(" ", e.Findings.Select(f => f.Text))))))),
                .. expected.Count == 0 ? [talk.Say(plan.Zones.All(z => z.CheckedAt is null) ? Finding.Of("chat-plan-unchecked") : Finding.Of("chat-plan-expects-nothing"))] : Array.Empty<string>(),
                .. plan.Strategy.Approvals is { } rule ? [talk.Say(Finding.Of("chat-plan-approvals", ("count", $"{rule.Required}")))] : Array.Empty<string>(),
                .. plan.Remarks.Take(ChatTalk.MostLines).Select(r => $"! {r.Text}"),
            ]);
    }

    private static string Took(EstimateDocument? estimate) => estimate is null ? "–" : $"{DurationText.Format(TimeSpan.FromSeconds(estimate.P50Seconds))} – {DurationText.Format(TimeSpan.FromSeconds(estimate.P90Seconds))}";

    private static StartRequest Request(ChatArguments given, List<Finding> problems) => new()
    {
        Zones = given.Get("--zones"),
        Package = given.Get("--package"),
        Runbook = given.Get("--runbook"),
        MaxParallel = given.Number("--max-parallel", problems),
        MaxFailures = given.Get("--max-failures"),
        Until = given.Get("--until"),
        Auto = given.Has("--auto"),
    };

    /// <summary>A chat has no clock of its own: where no offset is said it is UTC.</summary>
    private static DateTimeOffset? Moment(ChatArguments given, List<Finding> problems)
    {
        if (given.Get("--at") is not { } text)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return at;
        problems.Add(Finding.Of("chat-bad-time", ("option", "--at"), ("value", text)));
        return null;
    }

    private static TimeSpan After(string text, DateTimeOffset? at, List<Finding> problems)
    {
        if (at is not null && DurationText.TryParse(text, out var after))
            return after;
        problems.Add(Finding.Of("chat-bad-expires", ("value", text)));
        return TimeSpan.Zero;
    }
}
