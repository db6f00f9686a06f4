using Fleet.Cli.Output;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.RollbackSheets;
using Fleet.Server.Api;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

/// <summary>The sheet as a page: what it says and in which order, the same in a terminal and on paper.</summary>
internal static class RollbackPage
{
    public static IEnumerable<PagePart> Of(RollbackSheetDocument sheet) =>
    [
        new(PartKind.Title, Say.Of($"Rollback sheet of {sheet.Zone}")),
        new(PartKind.Text, Say.Of($"Rollout {sheet.RolloutName}, to {sheet.Package}, runbook {sheet.Runbook} {sheet.RunbookDigest[..12]}. As of {Words.Moment(sheet.AsOf)}.")),
        new(PartKind.Text, sheet.Phase is { } phase ? Say.Of($"The zone is {Words.Of(sheet.State)} at {phase}{(sheet.Step is { } step ? $"/{step}" : "")}.") : Say.Of($"The zone is {Words.Of(sheet.State)}, not begun.")),
        new(PartKind.Alarm, Say.Of("Fleet never goes back by itself. Every command here is typed by a person, on the firstbox, as root.")),
        .. Point(sheet.PointOfNoReturn),
        .. Section(Say.Of("The record is not complete"), sheet.Warnings.Select(w => new PagePart(PartKind.Alarm, w.Text))),
        .. Section(Say.Of("Before anything is taken back"), sheet.Before.Select(b => new PagePart(PartKind.Item, $"{Mark(b.Met)} {b.What.Text}"))),
        .. Section(Say.Of("Guards in force"), sheet.Guards.Select(g => new PagePart(PartKind.Item, g.Since is { } since ? Say.Of($"{g.Name} on {string.Join(", ", g.Nodes)}, since {Words.Moment(since)}") : Say.Of($"{g.Name} on {string.Join(", ", g.Nodes)}")))),
        .. Section(Say.Of("Debts"), sheet.Debts.Select(d => new PagePart(PartKind.Item, Say.Of($"{Words.Of(d.Kind)} {d.What}: {d.Reason} ({d.By})")))),
        .. sheet.Phases.Count == 0 ? [new PagePart(PartKind.Text, Say.Of("No phase was reached: there is nothing to take back."))] : sheet.Phases.SelectMany(p => Phase(p, sheet.AsOf)),
        new(PartKind.Section, Say.Of("Where the rest lies")),
        new(PartKind.Text, Say.Of($"What this zone upgrade moved aside lies below {sheet.MovedOut} on the firstbox, where anything was moved.")),
    ];

    private static IEnumerable<PagePart> Point(PointOfNoReturn? point) => point switch
    {
        null => [],
        { Reached: true } => [new(PartKind.Alarm, Say.Of($"The point of no return is behind: {point.Phase}/{point.Step} was begun. No backup brings the zone back whole from here."))],
        _ => [new(PartKind.Text, Say.Of($"The point of no return lies ahead: {point.Phase}/{point.Step}."))],
    };

    private static IEnumerable<PagePart> Phase(PhaseRollbackDocument phase, DateTimeOffset now) =>
    [
        new(PartKind.Section, phase.Done ? Say.Of($"{phase.Name}: {phase.Title} (ended well)") : Say.Of($"{phase.Name}: {phase.Title} (not to its end)")),
        .. phase.Backups.SelectMany(b => Backup(b, now)),
        .. phase.Steps.Count == 0 ? [new PagePart(PartKind.Text, Say.Of("It changed nothing on the zone."))] : phase.Steps.SelectMany(Step),
    ];

    private static IEnumerable<PagePart> Backup(BackupDocument backup, DateTimeOffset now)
    {
        yield return new(PartKind.Item, Say.Of($"verified {backup.Check} {(backup.Node is { } node ? $"{node}:" : "")}{backup.Path}: {Words.Plural(backup.Files, "file", "files")}, {Words.Size(backup.Bytes)}, {Words.Moment(backup.VerifiedAt)}, {Words.Ago(now - backup.VerifiedAt)}"));
        yield return new(PartKind.Detail, backup.Digest is { } digest ? backup.DigestOf == DigestOf.Sizes ? Say.Of($"sha-256 {digest} (of paths and sizes only)") : $"sha-256 {digest}" : backup.NoDigest?.Text ?? Say.Of("no digest"));
    }

    private static IEnumerable<PagePart> Step(StepRollbackDocument step) =>
    [
        new(PartKind.Step, step.PointOfNoReturn ? Say.Of($"{step.Name}: {step.Title} (POINT OF NO RETURN)") : $"{step.Name}: {step.Title}"),
        new(step.Effect == StepEffect.RanWell ? PartKind.Text : PartKind.Alarm, step.Effect == StepEffect.RanWell ? Say.Of($"It ran to its end. {Attempts(step)}") : Say.Of($"It may have changed the zone. {Attempts(step)}")),
        .. step.Findings.SelectMany(Finding),
        .. step.CannotUndo.Select(t => new PagePart(PartKind.Alarm, Say.Of($"Cannot be undone: {t}"))),
        .. step.Notes.Select(t => new PagePart(PartKind.Item, t)),
        .. step.Scripts.SelectMany(Script),
    ];

    private static string Attempts(StepRollbackDocument step) => step.Attempts.Count == 0 ? Say.Of("Nothing of it is on record.") : string.Join(Say.Of("; "), step.Attempts.Select(a =>
        Say.Of($"attempt {a.Attempt}: {(a.Outcome is { } outcome ? Words.Of(outcome) : Say.Of("no end on record"))}{(a.AlreadyDone ? Say.Of(", found done") : "")}{(a.SettledAs is { } settled ? Say.Of($", {settled} by {a.SettledBy}") : "")}")));

    private static IEnumerable<PagePart> Finding(Told finding) => [new(PartKind.Alarm, finding.Text), .. finding.Lines.Select(l => new PagePart(PartKind.Detail, l))];

    private static IEnumerable<PagePart> Script(RollbackScriptDocument script) =>
    [
        new(PartKind.Item, Say.Of($"{script.Title}{(script.On is { } on ? Say.Of($", on {on}") : "")}{(script.Verifies ? Say.Of(", after its backup was verified") : "")}:")),
        .. script.Problems.Select(p => new PagePart(PartKind.Alarm, p.Text)),
        new(PartKind.Command, script.Text),
    ];

    private static IEnumerable<PagePart> Section(string title, IEnumerable<PagePart> parts)
    {
        var all = parts.ToList();
        return all.Count == 0 ? [] : [new PagePart(PartKind.Section, title), .. all];
    }

    private static string Mark(bool? met) => met switch { true => "[x]", false => "[ ]", null => "[?]" };
}

internal readonly record struct PagePart(PartKind Kind, string Text);

internal enum PartKind
{
    Title,
    Section,
    Step,
    Text,
    Alarm,
    Item,

    /// <summary>A line that belongs to the item above it.</summary>
    Detail,

    /// <summary>To be copied: lines as they are.</summary>
    Command,
}
