using Fleet.Cli.Output;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Decisions;
using Fleet.Server.Api.Decisions;
using Spectre.Console;

namespace Fleet.Cli.Decisions;

/// <summary>A question, wherever it is asked: the same parts in the same order.</summary>
internal static class DecisionPrinter
{
    private const int ContextLines = 20;

    public static void Print(Terminal terminal, DecisionDocument decision, DateTimeOffset now)
    {
        var about = decision.Prompt?.Component is { } component ? Say.Of($" · component {component}") : "";
        Write(terminal, Say.Of($"◆ {Subject(decision)}{about} · asked {Words.Time(decision.AskedAt, now)}, {Words.Ago(now - decision.AskedAt)} · alike: {decision.Alike}"), Styles.NeedsYou);
        Write(terminal, $"  {Harmless.Line(decision.Question)}", Styles.Strong);
        if (decision.Prompt is { } prompt)
        {
            if (!decision.Question.Contains(prompt.Text, StringComparison.Ordinal))
                Write(terminal, Say.Of($"  The script asks: {Harmless.Line(prompt.Text)}"), null);
            if (prompt.FailedNodes.Count > 0)
                Write(terminal, Say.Of($"  Failed nodes: {string.Join(' ', prompt.FailedNodes)}"), Styles.Bad);
        }

        foreach (var line in decision.Context.Split('\n').Where(l => l.Length > 0).TakeLast(ContextLines))
            Write(terminal, $"  │ {Harmless.Line(line)}", Styles.Quiet);
        foreach (var remembered in decision.Memory)
            Write(terminal, Say.Of($"  Before: {Remembered(remembered)}"), remembered.Bad > 0 ? Styles.NeedsYou : Styles.Quiet);
        if (decision is { State: DecisionState.Open, ClaimedBy: { } claimer })
            Write(terminal, Say.Of($"  {claimer} has taken it on{(decision.ClaimedAt is { } since ? Say.Of($", {Words.Ago(now - since)}") : "")}. Take it over: fleet decisions claim {Words.Short(decision.Id)} --take-over"), Styles.NeedsYou);
        if (decision is { State: DecisionState.Open, ExpiresAt: { } expires })
            Write(terminal, Say.Of($"  Unanswered at {Words.Time(expires, now)} it ends {(decision.Zone is null ? Say.Of("the rollout here") : Say.Of("the zone as failed"))}."), Styles.NeedsYou);
        foreach (var item in decision.Items)
            Write(terminal, $"  {(item.Answer is { } answer ? $"[{answer}]" : item.Proposed ? Say.Of("[proposed]") : "[ ]")} {item.Id}  {Harmless.Line(item.Text)}", null);
        if (decision.Prompt is { SafePoint: true })
            Write(terminal, Say.Of("  It waits at a safe point: nothing runs on the nodes."), Styles.Quiet);
        if (decision.State != DecisionState.Open)
            Write(terminal, $"  {Words.Of(decision.State)}{(decision.AnsweredBy is { } by ? Say.Of($": {decision.Answer} by {by}") : "")}{(decision.InAdvance is { } given ? Say.Of($", given in advance with {Words.Short(given)}") : "")}", null);
        foreach (var choice in decision.Choices)
            Write(terminal, Say.Of($"  {choice}{(choice == decision.Default ? Say.Of(" (proposed)") : "")}: {Meaning(decision, choice)}"), null);
    }

    /// <summary>Bad ends first: they are what a person must know.</summary>
    internal static string Remembered(RememberedAnswer remembered)
    {
        var bad = remembered.Bad == 0 ? "" : Say.Of($"{remembered.Bad} bad ({string.Join(Say.Of("; "), remembered.BadEnds.Select(b => $"{b.Zone}, {Words.Day(b.At)}: {b.What}"))}{(remembered.Bad > remembered.BadEnds.Count ? "; …" : "")}), ");
        return Say.Of($"{remembered.Choice} {Words.Plural(remembered.Times, "time", "times")}: {bad}{remembered.Fine} fine{(remembered.Open > 0 ? Say.Of($", {remembered.Open} not known") : "")}");
    }

    public static string Meaning(DecisionDocument decision, string choice) => (choice, decision.Prompt) switch
    {
        (Choices.Retry, _) when decision.QuestionCode == FenceFindings.Ahead => Say.Of("take up what is found there; what ran is not run again"),
        (Choices.Fail, _) when decision.QuestionCode == FenceFindings.Ahead => Say.Of("let go of the zone as it is, and end it as failed here"),
        (Choices.Yes, { FailedNodes.Count: > 0 }) => Say.Of("ignore them and go on; they become open debts"),
        (Choices.No, { FailedNodes.Count: > 0 }) => Say.Of("end this run here; the zone is held"),
        (Choices.Yes, { Component: not null }) => Say.Of("upgrade it"),
        (Choices.No, { Component: not null }) => Say.Of("skip it and go on; it is reported as not upgraded"),
        _ => Meaning(choice),
    };

    private static string Meaning(string choice) => choice switch
    {
        Choices.Yes => Say.Of("answer yes"),
        Choices.No => Say.Of("answer no"),
        Choices.Abort => Say.Of("end this run here and end the zone as aborted"),
        Choices.Retry => Say.Of("try the step again"),
        Choices.Ignore => Say.Of("go on; the step stays failed in the record"),
        Choices.MarkDone => Say.Of("go on as if it had succeeded (needs a comment)"),
        Choices.Fail => Say.Of("end the zone as failed"),
        Choices.CheckAgain => Say.Of("look again what became of it"),
        Choices.Quarantine => Say.Of("take the named nodes out of the upgrade and go on"),
        Choices.Leave => Say.Of("leave the files where they are and go on"),
        Choices.MoveOut => Say.Of("move the named files to the backup folder"),
        Choices.Continue => Say.Of("go on from a phase"),
        Choices.Release => Say.Of("undo the guard now"),
        Choices.Keep => Say.Of("keep the guard for now"),
        Choices.Ours => Say.Of("Fleet set them: they are taken away at the end"),
        Choices.Theirs => Say.Of("the site put them there: they stay"),
        Choices.TrustZone => Say.Of("the zone is right, the inventory is wrong"),
        Choices.TrustInventory => Say.Of("the inventory is right"),
        Choices.Done => Say.Of("it was done by hand"),
        Choices.NotApplicable => Say.Of("it does not apply here"),
        Choices.Defer => Say.Of("later; it stays an open debt"),
        Choices.Approve => Say.Of("go on"),
        Choices.Reject => Say.Of("do not"),
        Choices.GoOn => Say.Of("begin the next wave"),
        Choices.Stop => Say.Of("start nothing more; the rollout ends here unless somebody resumes it"),
        _ => Say.Of("as the script takes it"),
    };

    /// <summary>What is asked about: a zone's step, or a wave of the rollout.</summary>
    public static string Subject(DecisionDocument decision) => decision.Zone is { } zone ? $"{zone} · {decision.Step}" : decision.Wave is { } wave ? Say.Of($"wave {wave} of {decision.RolloutName}") : Say.Of($"start of {decision.RolloutName}");

    /// <summary>What of a rollout a question is about that is no zone's.</summary>
    public static string Part(DecisionDocument decision) => decision.Wave is { } wave ? Say.Of($"wave {wave}") : Say.Of("start");

    private static void Write(Terminal terminal, string text, Style? style) => terminal.Screen.WriteLine(Harmless.Text(text), style ?? Style.Plain);
}
