using Fleet.Cli.Output;
using Fleet.Contracts.Checks;
using Fleet.Orchestration.Planning;
using Fleet.Server.Api.Plans;

namespace Fleet.Cli.Plans;

internal static class PlanPrinter
{
    private const int MostNamed = 8;

    /// <summary>Waves, how long, what will be asked, what stands in the way.</summary>
    public static void Summary(Terminal terminal, PlanDocument plan)
    {
        terminal.Line(Say.Of($"plan {plan.Hash[..12]}: {Words.Plural(plan.Zones.Count, "zone", "zones")} in {Words.Plural(plan.Waves.Count, "wave", "waves")} to installer {plan.Package.Installer}, qingcloud {plan.Package.Qingcloud}, by runbook {plan.Runbook.Name} {plan.Runbook.Digest[..12]}"));
        foreach (var line in Limits(plan))
            terminal.Line(line);
        terminal.Line();
        var table = new TextTable("wave", "zones", "at once", "may fail", "then", "took before (p50 – p90)", "which");
        foreach (var wave in plan.Waves)
            table.Add(wave.Name, $"{wave.Zones.Count}", wave.MaxParallel ?? plan.Strategy.MaxParallel, wave.MaxFailures ?? "–", Then(wave), Told(wave.Estimate), Named(wave.Zones));
        table.Write(terminal);
        terminal.Line(plan.Estimate is { } estimate
            ? Say.Of($"All of it took before: {Told(estimate)}, {Basis(estimate)}. Waiting for people is in it; failures are not.")
            : Missing(plan));
        terminal.Line();
        Expected(terminal, plan);
        foreach (var remark in plan.Remarks)
            terminal.Line($"! {Harmless.Line(remark.Text)}");
    }

    /// <summary>Every step with its command, upload and prompts; of further procedures only what is otherwise.</summary>
    public static void Steps(Terminal terminal, PlanDocument plan)
    {
        var first = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < plan.Procedures.Count; i++)
        {
            var zones = Named([.. plan.Zones.Where(z => z.Procedure == i).Select(z => z.Name)]);
            terminal.Line(i == 0 ? Say.Of($"What is done on {zones}:") : Say.Of($"On {zones} the same, but:"));
            foreach (var phase in plan.Procedures[i].Phases)
            {
                var heading = $"  {phase.Name}  {phase.Title}{Whether(phase.Applies, phase.Why)}";
                var steps = phase.Applies == Applies.No ? [] : phase.Steps.Select(s => string.Join('\n', Step(s))).ToList();
                if (i == 0)
                    first.UnionWith([heading, .. steps.Select(s => $"{phase.Name}\n{s}")]);
                else
                    steps.RemoveAll(s => first.Contains($"{phase.Name}\n{s}"));
                if (i > 0 && steps.Count == 0 && first.Contains(heading))
                    continue;
                foreach (var line in steps.Prepend(heading).SelectMany(s => s.Split('\n')))
                    terminal.Line(line);
                if (plan.Until == phase.Name)
                    terminal.Line(Say.Of("  ── every zone stops here until somebody resumes ──"));
            }

            terminal.Line();
        }
    }

    private static IEnumerable<string> Step(PlannedStepDocument step)
    {
        yield return Say.Of($"    {step.Name}  {step.Title} ({(step.Changes ? Say.Of("changes") : Say.Of("reads"))}, at most {Words.Duration(TimeSpan.FromSeconds(step.TimeLimitSeconds))}){Whether(step.Applies, step.Why)}");
        if (step.Applies == Applies.No)
            yield break;
        if (step.Command is { } command)
            yield return $"      $ {Harmless.Line(command)}";
        if (step.Upload is { } upload)
            yield return upload.Uploaded
                ? Say.Of($"      upload {Harmless.Line(upload.File)} ({Words.Size(upload.Bytes)}) in {Harmless.Line(upload.Folder)}")
                : Say.Of($"      verify there {Harmless.Line(upload.File)} ({Words.Size(upload.Bytes)}) in {Harmless.Line(upload.Folder)}");
        if (step is { Changes: true, Options.Count: > 0 })
            yield return Say.Of($"      with {string.Join(", ", step.Options.Select(o => $"{o.Key} {Harmless.Line(o.Value)}"))}");
        foreach (var prompt in step.Prompts)
            yield return Say.Of($"      prompt {prompt.Name}: {(prompt.Answer is { } answer ? Say.Of($"answered {answer}") : Say.Of("a person is asked"))}");
    }

    private static string Whether(Applies applies, string? why) => applies switch
    {
        Applies.No => Say.Of($"  – not here: {why}"),
        Applies.Depends => Say.Of($"  – only if {why}"),
        _ => "",
    };

    private static IEnumerable<string> Limits(PlanDocument plan)
    {
        var strategy = plan.Strategy;
        var parts = new List<string> { Say.Of($"{strategy.MaxParallel} at once"), Say.Of($"{strategy.MaxFailures} may fail") };
        parts.AddRange(strategy.MaxParallelPerLabel.Select(l => Say.Of($"{l.Value} with one {l.Key}")));
        parts.AddRange(strategy.MaxParallelPerPool.Select(l => Say.Of($"{l.Value} in pool {l.Key}")));
        if (strategy.SlowStart)
            parts.Add(Say.Of("1, 2, 4 … as they succeed"));
        if (strategy.GlobalZones != "any")
            parts.Add(Say.Of($"global zones {strategy.GlobalZones}"));
        if (strategy.MaxSkew is { } skew)
            parts.Add(Say.Of($"sub and global zones at most {Words.Plural(skew, "minor version", "minor versions")} apart"));
        if (strategy.UnansweredSeconds is { } unanswered)
            parts.Add(Say.Of($"a question unanswered for {Words.Duration(TimeSpan.FromSeconds(unanswered))} ends its zone as failed"));
        if (strategy.Approvals is { } rule)
            parts.Add(Say.Of($"begins once {Words.Plural(rule.Required, "person has", "people have")} approved{(rule.From.Count > 0 ? Say.Of($" (of {string.Join(", ", rule.From)})") : "")}{(rule.OneOf.Count > 0 ? Say.Of($", {string.Join(Say.Of(" or "), rule.OneOf)} among them") : "")}{(rule.Self ? "" : Say.Of(", not whoever starts it"))}, within {Words.Duration(TimeSpan.FromSeconds(rule.WithinSeconds))}"));
        if (strategy.TimeLimitSeconds is { } limit)
            parts.Add(Say.Of($"nothing begins after {Words.Duration(TimeSpan.FromSeconds(limit))}"));
        if (strategy.ZoneTimeLimitSeconds is { } zoneLimit)
            parts.Add(Say.Of($"a zone at work for longer than {Words.Duration(TimeSpan.FromSeconds(zoneLimit))} counts as a failure"));
        var all = string.Join(Say.Of(", "), parts);
        yield return strategy.Name is { } name ? Say.Of($"Strategy {name}: {all}.") : Say.Of($"Without a strategy file: {all}.");
        if (plan.Until is { } until)
            yield return Say.Of($"Every zone stops behind {until} until somebody resumes.");
        if (!plan.Interactive)
            yield return Say.Of("Packages are upgraded without a question per component (Q18).");
    }

    private static string Then(PlannedWaveDocument wave) => wave.BakeSeconds is not { } bake
        ? ""
        : Say.Of($"{Words.Duration(TimeSpan.FromSeconds(bake))}, then looked at: well {Words.Verdict(wave.Verdict["succeeded"])}, worse {Words.Verdict(wave.Verdict["failed"])}, unsure {Words.Verdict(wave.Verdict["inconclusive"])}");

    private static void Expected(Terminal terminal, PlanDocument plan)
    {
        var expecting = plan.Zones.Where(z => z.Expects.Count > 0).ToList();
        if (expecting.Count == 0)
        {
            terminal.Line(plan.Zones.All(z => z.CheckedAt is null) ? Say.Of("Nobody has looked at these zones: what will be asked is not known.") : Say.Of("The last checks expect no question."));
            return;
        }

        terminal.Line(Say.Of("What the last checks expect:"));
        var table = new TextTable("zone", "look", "", "what was found", "when");
        foreach (var zone in expecting)
        {
            foreach (var (expects, first) in zone.Expects.Select((e, i) => (e, i == 0)))
            {
                var style = expects.Verdict == CheckVerdict.Stops ? Styles.Bad : expects.Verdict == CheckVerdict.Asks ? Styles.NeedsYou : Styles.Quiet;
                var word = expects.Verdict switch { CheckVerdict.Stops => Say.Of("✕ fails there"), CheckVerdict.Asks => Say.Of("◆ asks"), _ => Say.Of("– nothing to do") };
                table.Add(first ? zone.Name : "", expects.Step, new Cell(word, style), string.Join(" ", expects.Findings.Select(f => f.Text)), first ? Words.Ago(terminal.Now - zone.CheckedAt!.Value) : "");
            }
        }

        table.Write(terminal);
    }

    private static string Missing(PlanDocument plan)
    {
        var without = plan.Zones.Where(z => z.Estimate is null).Select(z => z.Name).ToList();
        return without.Count == 0
            ? Say.Of("How long it takes up to that phase is not known: only whole upgrades are counted.")
            : Say.Of($"How long it takes is not known: no zone like {Named(without)} was upgraded before.");
    }

    private static string Told(EstimateDocument? estimate) =>
        estimate is null ? "–" : $"{Words.Duration(TimeSpan.FromSeconds(estimate.P50Seconds))} – {Words.Duration(TimeSpan.FromSeconds(estimate.P90Seconds))}";

    private static string Basis(EstimateDocument estimate) => Say.Of($"by {Words.Plural(estimate.Samples, "upgrade", "upgrades")} of {estimate.Basis switch
    {
        EstimateBasis.Alike => Say.Of("zones of the same kind and size between the same versions"),
        EstimateBasis.SameVersions => Say.Of("zones of the same kind between the same versions"),
        EstimateBasis.SameKind => Say.Of("zones of the same kind, between other versions"),
        _ => Say.Of("other kinds of zones"),
    }}");

    private static string Named(IReadOnlyList<string> zones) => string.Join(", ", zones.Take(MostNamed)) + (zones.Count > MostNamed ? Say.Of($" and {zones.Count - MostNamed} more") : "");
}
