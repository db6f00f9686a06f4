using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckBackups;

/// <summary>
/// Verifies that the backups are whole, not just there (Q7, Q17): folders against what their source had, dumps by gzip and their closing line, on the firstbox and on the first
/// snapshot node. Every dump that lies in the backup's folder is verified, named or not. What is whole is told with a digest. Options: <c>expect</c>, see <see cref="BackupPlan"/>;
/// <c>contentMegabytes</c>, up to which size the files of a tree are read for its digest.
/// </summary>
internal sealed class CheckBackupsStep : IStepKind
{
    public string Name => "check-backups";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var plan = BackupPlan.Of(context, context.Step, out var problem);
        if (problem is not null)
            return StepResult.Failed(Finding.Of("backup-line-wrong", ("line", problem), ("step", context.Step.Name)));

        var local = plan.Where(e => e.Place == BackupPlace.Firstbox).ToList();
        var batch = await Batch.ReadAsync(context, BackupScripts.Firstbox(local, context.Facts.GetValueOrDefault("backup.folder")), cancellationToken);
        var further = BackupScripts.Found(batch).Where(f => local.All(e => e.Path != f)).ToList();
        var measured = local.Select((e, i) => (Expected: e, Measure: BackupScripts.Read(batch, $"b{i}"))).ToList();
        if (further.Count > 0)
        {
            var dumps = further.ConvertAll(f => new BackupExpectation(BackupCheck.Dump, BackupPlace.Firstbox, f));
            var more = await Batch.ReadAsync(context, BackupScripts.Firstbox(dumps, null), cancellationToken);
            measured.AddRange(dumps.Select((e, i) => (e, BackupScripts.Read(more, $"b{i}"))));
        }

        var sources = BackupPlan.Measured(context);
        var findings = new List<Finding>();
        var whole = Whole(measured, sources, findings);
        var backups = (await BackupDigests.OnFirstboxAsync(context, whole, cancellationToken)).ToList();
        backups.AddRange(await RemoteAsync(context, [.. plan.Where(e => e.Place == BackupPlace.FirstSnapshotNode)], sources, findings, cancellationToken));
        var undigested = BackupDigests.Missing(backups).ToList();
        return (findings.Count == 0 ? StepResult.Succeeded(undigested) : StepResult.Failed(findings[0], [.. findings.Skip(1), .. undigested])) with { Backups = backups };
    }

    /// <summary>Those that nothing is wrong with; what is wrong with the others goes to the findings.</summary>
    private static List<(BackupExpectation, TreeSize)> Whole(IEnumerable<(BackupExpectation, BackupMeasure?)> measured, Dictionary<string, TreeSize> sources, List<Finding> findings, string? node = null)
    {
        var whole = new List<(BackupExpectation, TreeSize)>();
        foreach (var (expected, measure) in measured)
        {
            if (BackupFindings.Of(expected, measure, SourceOf(expected, sources), node) is { } finding)
                findings.Add(finding);
            else
                whole.Add((expected, measure!.Size!));
        }

        return whole;
    }

    private static TreeSize? SourceOf(BackupExpectation expected, Dictionary<string, TreeSize> sources) =>
        expected.Source is null ? null : sources.GetValueOrDefault(BackupPlan.Key(expected));

    private static async Task<IReadOnlyList<VerifiedBackup>> RemoteAsync(IStepContext context, IReadOnlyList<BackupExpectation> expected, Dictionary<string, TreeSize> sources, List<Finding> findings, CancellationToken cancellationToken)
    {
        if (expected.Count == 0)
            return [];
        var nodes = await NodeList.ReadAsync(context, ["snapshot"], cancellationToken);
        // A backup that is expected and has no place is a person's decision, not a silent pass.
        if (nodes.Group("snapshot") is not [var first, ..])
        {
            findings.Add(nodes.IsReadable("snapshot")
                ? Finding.Of("no-snapshot-node", ("path", string.Join(", ", expected.Select(e => e.Path))))
                : Finding.Of("node-group-unreadable", ("group", "snapshot"), ("folder", context.PathOf("nodes"))));
            return [];
        }

        var script = "export LC_ALL=C\n" + nodes.Call(context, [first], BackupScripts.OnNode(expected)) + "\n";
        var result = await context.ReadAsync(script, cancellationToken);
        var output = ExecNodesOutput.Read(result.Text, [first]);
        var whole = Whole(expected.Select((e, i) => (e, BackupScripts.ReadNode(output.Nodes.GetValueOrDefault(first), i))), sources, findings, first);
        return await BackupDigests.OnNodeAsync(context, nodes, first, whole, cancellationToken);
    }
}

internal static class BackupFindings
{
    public static Finding? Of(BackupExpectation expected, BackupMeasure? measured, TreeSize? source, string? node = null)
    {
        var where = node is null ? expected.Path : $"{node}:{expected.Path}";
        return BackupVerdict.Of(expected, measured, source) switch
        {
            BackupTrouble.None => null,
            BackupTrouble.Missing => Finding.Of("backup-missing", ("path", where)),
            BackupTrouble.Empty => Finding.Of("backup-empty", ("path", where)),
            BackupTrouble.Short => Finding.Of("backup-short", ("path", where), ("source", expected.Source!), ("has", Text(measured!.Size!)), ("had", Text(source!))),
            BackupTrouble.BadGzip => Finding.Of("backup-dump-damaged", ("path", where)),
            BackupTrouble.Unfinished => Finding.Of("backup-dump-unfinished", ("path", where)).WithLines(Lines.Of(measured!.DumpEnd)),
            _ => Finding.Of("backup-not-read", ("path", where)),
        };
    }

    private static string Text(TreeSize size) => string.Create(CultureInfo.InvariantCulture, $"{size.Files} files, {size.Bytes} bytes");
}
