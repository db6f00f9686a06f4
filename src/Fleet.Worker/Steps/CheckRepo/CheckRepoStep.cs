using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckRepo;

/// <summary>Mixed-up and superfluous files in the repo (Q14): a person leaves them or moves chosen ones out; what moved is followed by a scan.</summary>
internal sealed class CheckRepoStep : IStepKind
{
    public string Name => "check-repo";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var told = new List<Finding>();
        IReadOnlyList<Debt> debts = [];
        var facts = new Dictionary<string, string>();
        if (context.Choice() == Choices.MoveOut)
        {
            if (RepoQuestion.Named(context) is not { } named)
                return StepResult.Failed(Finding.Of("items-unknown", ("items", context.Parameters.GetValueOrDefault("items") ?? "none")));
            if (await MoveOut.RunAsync(context, named, cancellationToken) is { } problem)
                return StepResult.Failed(problem);
            told.Add(MoveOut.Moved(context, named));
            debts = MoveOut.Debts(context, named);
            facts["repo.changed"] = "true";
            var scan = await context.ExecuteAsync(Sh.Quote(context.PathOf("scan-repo")), cancellationToken, "scan");
            if (ExecutionVerdict.Unfinished(scan) is { } unfinished)
                return unfinished with { Facts = facts, Debts = debts };
            if (scan.ExitCode != 0)
                return StepResult.Failed(Finding.Of("scan-failed", ("exit", $"{scan.ExitCode}")).WithLines(ExecutionVerdict.LastLines(scan.Tail)), told) with { Facts = facts, Debts = debts };
        }

        var batch = await Batch.ReadAsync(context, RepoReading.Script(context), cancellationToken);
        if (RepoReading.Read(context, batch, out var emulators) is not { } repo)
            return StepResult.Failed(Finding.Of("repo-unreadable", ("folder", context.PathOf("repo"))), told) with { Facts = facts, Debts = debts };
        var findings = RepoFindings.Of(repo, emulators);
        if (findings.Count == 0)
            return StepResult.Succeeded(told) with { Facts = facts, Debts = debts };

        var files = findings.Select(f => (f.File.Path, Text: Describe(f))).ToList();
        if (context.Choice() is Choices.Leave or Choices.MoveOut)
        {
            told.Add(Finding.Of("repo-findings-left", ("count", files.Count.ToString(CultureInfo.InvariantCulture)), ("by", context.By())).WithLines(files.Select(f => f.Text)));
            return StepResult.Succeeded(told) with { Facts = facts, Debts = debts };
        }

        return RepoQuestion.Ask(
            context,
            Finding.Of("repo-findings", ("count", files.Count.ToString(CultureInfo.InvariantCulture)), ("folder", repo.Root)),
            files,
            findings.Select(f => $"{f.Trouble} {f.File.Deb?.Name ?? f.File.FileName}"));
    }

    private static string Describe(RepoFinding finding) => finding.Trouble switch
    {
        RepoTrouble.Duplicate => $"{finding.File.Path} ({finding.File.Size} bytes): {finding.Because} is newer and lies beside it",
        RepoTrouble.OtherOs => $"{finding.File.Path} ({finding.File.Size} bytes): made for Ubuntu {finding.Because}, lies in {finding.File.Area}",
        RepoTrouble.NoPackage => $"{finding.File.Path} ({finding.File.Size} bytes): no .deb package",
        _ => finding.Because == "size" ? $"{finding.File.Path}: an empty package" : $"{finding.File.Path} ({finding.File.Size} bytes): its name tells no version",
    };
}

/// <summary>Lists the repo and the QEMU versions in use.</summary>
internal static class RepoReading
{
    public static string Script(IStepContext context) =>
        Batch.Script(("repo.gz", $"cd {Sh.Quote(context.PathOf("repo"))} && find {Sh.Quote(context.PathOf("repo"))} -type f -printf '%s\\t%p\\n'"))
        + Batch.FilesScript("server", Sh.Quote(context.PathOf("server-yaml")), "server.yaml server.yaml.*");

    /// <summary>Null when the repo could not be listed.</summary>
    public static RepoListing? Read(IStepContext context, Batch batch, out IReadOnlyList<string> emulators)
    {
        emulators = Emulators(batch, out _);
        return batch["repo.gz"].Ok ? RepoListing.Read(context.PathOf("repo"), batch["repo.gz"].Text) : null;
    }

    /// <param name="problems">File → why it could not be read.</param>
    public static IReadOnlyList<string> Emulators(Batch batch, out IReadOnlyDictionary<string, string> problems)
    {
        var versions = new List<string>();
        var wrong = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, part) in batch.Under("server/"))
        {
            if (ServerYaml.Emulators(part.Text, out var problem) is { } found)
                versions.AddRange(found);
            else
                wrong[name["server/".Length..]] = problem!;
        }

        problems = wrong;
        return [.. versions.Distinct(StringComparer.Ordinal)];
    }
}
