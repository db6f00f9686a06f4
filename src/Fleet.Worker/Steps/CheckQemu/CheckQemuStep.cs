using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.CheckRepo;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckQemu;

/// <summary>
/// QEMU packages above every version in use (Q9, Q10). On a site of today that is simply what this upgrade brings: it is reported. Where a node runs the old OS, or the zone is declared
/// legacy, moving them out is proposed and a person chooses; the scan is the next step's, by the fact <c>repo.changed</c>. Options: <c>oldOs</c>.
/// </summary>
internal sealed class CheckQemuStep : IStepKind
{
    public string Name => "check-qemu";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        if (context.Choice() == Choices.MoveOut)
            return await MoveAsync(context, cancellationToken);

        var repoPath = Sh.Quote(context.PathOf("repo"));
        var script = RepoReading.Script(context) + Batch.Script(
            ("os", $"cd {Sh.Quote(context.PathOf("settings"))} && grep -H os_version *"),
            ("depends", $"find {repoPath} -type f -name Packages -exec awk '/^Package:/ {{ p = $2 }} /^Depends:/ && /qemu/ {{ print p }}' {{}} + | sort -u"));
        var batch = await Batch.ReadAsync(context, script, cancellationToken);
        if (RepoReading.Read(context, batch, out _) is not { } repo)
            return StepResult.Failed(Finding.Of("repo-unreadable", ("folder", context.PathOf("repo"))));
        var emulators = RepoReading.Emulators(batch, out var problems);
        if (problems.Count > 0)
            return StepResult.Failed(Finding.Of("server-yaml-unreadable", ("file", string.Join(", ", problems.Keys)), ("problem", string.Join("; ", problems.Values))));

        var oldNodes = OldNodes(batch["os"].Text, context.Option("oldOs", "12.04"));
        return QemuVerdict.Of(context, QemuFindings.Of(repo, emulators), emulators, oldNodes, [.. Lines.Of(batch["depends"].Text)]);
    }

    private static async Task<StepResult> MoveAsync(IStepContext context, CancellationToken cancellationToken)
    {
        if (RepoQuestion.Named(context) is not { } named)
            return StepResult.Failed(Finding.Of("items-unknown", ("items", context.Parameters.GetValueOrDefault("items") ?? "none")));
        return await MoveOut.RunAsync(context, named, cancellationToken) is { } problem
            ? StepResult.Failed(problem)
            : StepResult.Succeeded(MoveOut.Moved(context, named)) with
            {
                Facts = new Dictionary<string, string> { ["repo.changed"] = "true" },
                Debts = MoveOut.Debts(context, named),
            };
    }

    /// <param name="grep">Lines <c>node:os_version=…</c>.</param>
    internal static IReadOnlyList<string> OldNodes(string grep, string oldOs)
    {
        var nodes = new List<string>();
        foreach (var line in Lines.Of(grep))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && NodeSettings.Read(line[(colon + 1)..]).OsVersion is { } os && os.StartsWith(oldOs, StringComparison.Ordinal))
                nodes.Add(line[..colon]);
        }

        return nodes;
    }
}

internal static class QemuVerdict
{
    public static StepResult Of(IStepContext context, QemuFindings found, IReadOnlyList<string> emulators, IReadOnlyList<string> oldNodes, IReadOnlyList<string> dependents)
    {
        if (found.Higher.Count == 0)
            return StepResult.Succeeded();
        var inUse = string.Join(", ", emulators);
        var higher = found.Higher.Select(f => (f.Path, Text: $"{f.Path} ({f.Size} bytes)")).ToList();
        if (oldNodes.Count == 0 && !context.Command.Traits.LegacyQemu)
            return StepResult.Succeeded(Finding.Of("qemu-higher", ("count", Count(higher.Count)), ("versions", inUse)).WithLines(higher.Select(f => f.Text)));
        var related = Finding.Of("qemu-related", ("nodes", oldNodes.Count == 0 ? "declared legacy" : string.Join(", ", oldNodes)), ("dependents", dependents.Count == 0 ? "none" : string.Join(", ", dependents)))
            .WithLines(found.Related.Select(f => f.Path));
        if (context.Choice() == Choices.Leave)
            return StepResult.Succeeded(Finding.Of("qemu-left", ("count", Count(higher.Count)), ("by", context.By())).WithLines(higher.Select(f => f.Text)), related);
        return RepoQuestion.Ask(
            context,
            Finding.Of("qemu-too-high", ("count", Count(higher.Count)), ("versions", inUse), ("nodes", oldNodes.Count == 0 ? "none by name: the zone is declared legacy" : string.Join(", ", oldNodes))),
            higher,
            found.Higher.Select(f => f.FileName),
            related);
    }

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
