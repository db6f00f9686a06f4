using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.CheckActivity;
using Fleet.Worker.Steps.CheckBackups;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.VendorScript;

/// <summary>
/// Sets aside what an earlier attempt of a vendor's script backed up, before the script runs again and copies what it has changed itself over it: what the <c>check-backups</c> steps
/// behind it in its phase expect, and the dumps that lie beside.
/// </summary>
internal static class OldBackups
{
    /// <summary>Null when nothing is left that a second run could overwrite.</summary>
    public static async Task<StepResult?> SetAsideAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var expected = new List<BackupExpectation>();
        foreach (var step in context.Phase.Steps.SkipWhile(s => s.Name != context.Step.Name).Where(s => s.Kind == "check-backups"))
        {
            expected.AddRange(BackupPlan.Of(context, step, out var problem));
            if (problem is not null)
                return StepResult.Failed(Finding.Of("backup-line-wrong", ("line", problem), ("step", step.Name)));
        }

        if (expected.Count == 0)
            return null;
        if (await Activity.InTheWayAsync(context, cancellationToken) is { } busy)
            return busy;
        return await OnFirstboxAsync(context, [.. expected.Where(e => e.Place == BackupPlace.Firstbox).Select(e => e.Path)], cancellationToken)
            ?? await OnNodeAsync(context, [.. expected.Where(e => e.Place == BackupPlace.FirstSnapshotNode).Select(e => e.Path)], cancellationToken);
    }

    /// <summary>Every path keeps its place below <paramref name="to"/>. Those that are gone were moved by an earlier try, or never made.</summary>
    public static string FirstboxScript(IReadOnlyList<string> paths, string to)
    {
        var folders = paths.Select(p => p.TrimEnd('/')).Select(p => p[..p.LastIndexOf('/')]).Distinct(StringComparer.Ordinal);
        return $$"""
            aside() {
              [ -e "$1" ] || return 0
              mkdir -p {{Sh.Quote(to)}}"${1%/*}" && mv -T "$1" {{Sh.Quote(to)}}"$1"
            }
            {{string.Join('\n', paths.Select(p => $"aside {Sh.Quote(p.TrimEnd('/'))} || exit 1"))}}
            {{string.Join('\n', folders.Select(f => $"for f in {Sh.Quote(f)}/*dump*.gz; do aside \"$f\" || exit 1; done"))}}
            exit 0
            """;
    }

    /// <summary>One command that can travel through exec_nodes.sh: renames each path and says whether it is gone.</summary>
    public static string NodeScript(IReadOnlyList<string> paths, string suffix) => string.Join("; ", paths.Select(p => p.TrimEnd('/')).Select((p, i) =>
        $"if test -e {p}; then mv -T {p} {p}{suffix}; fi; test -e {p} && echo aside{i}=there || echo aside{i}=gone"));

    private static async Task<StepResult?> OnFirstboxAsync(IStepContext context, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        if (paths.Count == 0)
            return null;
        var to = $"{context.MovedOut()}/{MovedOut.Before(context.Step.Name, context.Attempt)}";
        return SetAside.Problem(await context.ChangeAsync(FirstboxScript(paths, to), cancellationToken), to);
    }

    private static async Task<StepResult?> OnNodeAsync(IStepContext context, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        if (paths.Count == 0)
            return null;
        var nodes = await NodeList.ReadAsync(context, ["snapshot"], cancellationToken);
        if (!nodes.IsReadable("snapshot"))
            return StepResult.Failed(Finding.Of("node-group-unreadable", ("group", "snapshot"), ("folder", context.PathOf("nodes"))));
        if (nodes.Group("snapshot") is not [var first, ..])
            return null;
        var suffix = MovedOut.OnNode("", context.Step.Name, context.Attempt, context.Command.ZoneUpgradeId);
        var call = "export LC_ALL=C\n" + nodes.Call(context, [first], NodeScript(paths, suffix)) + "\n";
        var reply = await context.ChangeAsync(call, cancellationToken);
        var answer = ExecNodesOutput.Read(reply.Result?.Text ?? "", [first]).Nodes.GetValueOrDefault(first);
        if (paths.Select((_, i) => answer?.Value($"aside{i}")).All(said => said == "gone"))
            return null;
        var to = string.Join(", ", paths.Select(p => $"{first}:{p}{suffix}"));
        return SetAside.Problem(reply, to)
            ?? StepResult.Failed(Finding.Of("set-aside-failed", ("to", to), ("problem", answer is null ? "the node does not answer" : "it is still there")).WithLines(answer?.Lines ?? []));
    }
}
