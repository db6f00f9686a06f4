using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckBackups;

/// <summary>Digests of backups that were found whole. One that cannot be made takes nothing from the backup, which was verified without it: it is told, and kept with the backup.</summary>
internal static class BackupDigests
{
    private const double DefaultMegabytes = 2048;

    public static async Task<IReadOnlyList<VerifiedBackup>> OnFirstboxAsync(IStepContext context, IReadOnlyList<(BackupExpectation Expected, TreeSize Size)> whole, CancellationToken cancellationToken)
    {
        var backups = new List<VerifiedBackup>();
        foreach (var (expected, size) in whole)
        {
            context.Progress($"digest {expected.Path}", backups.Count, whole.Count);
            // One exec each: a link that breaks in a large tree costs only that tree.
            var batch = await Batch.ReadAsync(context, Batch.Script(("digest", Command(context, expected, size))), cancellationToken);
            backups.Add(Make(context, expected, size, null, batch["digest"].TextIfOk));
        }

        return backups;
    }

    public static async Task<IReadOnlyList<VerifiedBackup>> OnNodeAsync(IStepContext context, NodeList nodes, string node, IReadOnlyList<(BackupExpectation Expected, TreeSize Size)> whole, CancellationToken cancellationToken)
    {
        if (whole.Count == 0)
            return [];
        var command = string.Join("; ", whole.Select((w, i) => $"echo b{i}digest=$( {Command(context, w.Expected, w.Size)} )"));
        var result = await context.ReadAsync("export LC_ALL=C\n" + nodes.Call(context, [node], command) + "\n", cancellationToken);
        var output = ExecNodesOutput.Read(result.Text, [node]).Nodes.GetValueOrDefault(node);
        return [.. whole.Select((w, i) => Make(context, w.Expected, w.Size, node, output?.Value($"b{i}digest")))];
    }

    public static IEnumerable<Finding> Missing(IEnumerable<VerifiedBackup> backups) => backups.Select(b => b.NoDigest).OfType<Finding>();

    private static VerifiedBackup Make(IStepContext context, BackupExpectation expected, TreeSize size, string? node, string? printed)
    {
        var digest = BackupDigest.Read(printed);
        return new VerifiedBackup
        {
            Check = expected.Check.ToString().ToLowerInvariant(),
            Node = node,
            Path = expected.Path,
            Files = size.Files,
            Bytes = size.Bytes,
            At = context.Now,
            Digest = digest,
            DigestOf = digest is null ? null : IsRead(context, expected, size) ? DigestOf.Contents : DigestOf.Sizes,
            NoDigest = digest is null ? Finding.Of("backup-digest-missing", ("path", node is null ? expected.Path : $"{node}:{expected.Path}")) : null,
        };
    }

    private static string Command(IStepContext context, BackupExpectation expected, TreeSize size) => IsFile(expected)
        ? BackupDigest.OfFile(expected.Path)
        : BackupDigest.OfTreeOrTorn(expected.Path, IsRead(context, expected, size));

    private static bool IsRead(IStepContext context, BackupExpectation expected, TreeSize size) =>
        IsFile(expected) || size.Bytes <= context.NumberOption("contentMegabytes", DefaultMegabytes) * 1024 * 1024;

    private static bool IsFile(BackupExpectation expected) => expected.Check is BackupCheck.Dump or BackupCheck.File;
}
