using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;

namespace Fleet.Orchestration.RollbackSheets;

/// <summary>A command of the runbook as a person copies it: filled in, quoted, in a shell of its own, and behind the verification of the backup that it goes back to.</summary>
internal static class RollbackScripts
{
    private const string DefaultExecNodes = "/pitrix/upgrade/exec_nodes.sh";
    private const string UnknownNode = "FIRST-SNAPSHOT-NODE";

    /// <summary>Null: there is nothing to go back to, its guard is not in force.</summary>
    public static RollbackScript? Of(RollbackBasis basis, Step step, RollbackCommand command)
    {
        var problems = new List<Finding>();
        var path = command.Backup is null ? null : basis.Told(command.Backup);
        var backup = path is null ? null : Verified(basis, command.On, path);
        var run = Filled(basis, command, problems);
        if (path is not null && backup is null)
            problems.Add(Finding.Of("rollback-not-verified", ("path", path)));
        else if (backup is { Digest: null })
            problems.Add(Finding.Of("rollback-no-digest", ("path", backup.Path)));
        else if (backup is { DigestOf: DigestOf.Sizes })
            problems.Add(Finding.Of("rollback-digest-of-sizes", ("path", backup.Path)));
        if (command.On == RollbackPlace.Firstbox)
            return new RollbackScript(command.Title, null, OnFirstbox(run, backup), backup?.Digest is not null, problems);
        if (Nodes(basis, step, command, backup) is not { } nodes)
            return null;
        if (nodes == UnknownNode)
            problems.Add(Finding.Of("rollback-node-unknown", ("path", path ?? "–"), ("node", UnknownNode)));
        var line = OnNode(run, backup);
        if (NodeCommand.WhyItCannotTravel(line) is { } why)
            problems.Add(Finding.Of("rollback-cannot-travel", ("why", why)));
        var exec = basis.Runbook.Settings.GetValueOrDefault("paths.exec-nodes") ?? DefaultExecNodes;
        return new RollbackScript(command.Title, nodes, $"{Sh.Quote(exec)} -f {Sh.Quote(nodes)} {Sh.Quote(line)} </dev/null", backup?.Digest is not null, problems);
    }

    private static VerifiedBackup? Verified(RollbackBasis basis, RollbackPlace on, string path) =>
        basis.Row.Steps.SelectMany(r => r.Backups).Where(b => b.Path == path && (b.Node is null) == (on == RollbackPlace.Firstbox)).MaxBy(b => b.At);

    private static string Filled(RollbackBasis basis, RollbackCommand command, List<Finding> problems)
    {
        var missing = Placeholders.In($"{command.Run} {command.Backup}").Where(n => basis.ValueOf(n) is null).ToList();
        if (missing.Count > 0)
            problems.Add(Finding.Of("rollback-not-filled-in", ("names", string.Join(", ", missing))));
        return Placeholders.Fill(command.Run, name => basis.ValueOf(name) is { } value ? Placeholders.Quote(value) : null);
    }

    /// <summary>The guard's nodes, exactly; every node where the step has no guard.</summary>
    private static string? Nodes(RollbackBasis basis, Step step, RollbackCommand command, VerifiedBackup? backup) => command.On switch
    {
        RollbackPlace.FirstSnapshotNode => backup?.Node ?? UnknownNode,
        _ when step.Guard is null => "all",
        _ => basis.Row.GuardsInForce.FirstOrDefault(g => g.Name == step.Guard) is { Nodes.Count: > 0 } guard ? string.Join(',', guard.Nodes) : null,
    };

    /// <summary>In parentheses: what stops it ends this command, not the person's session.</summary>
    private static string OnFirstbox(string run, VerifiedBackup? backup)
    {
        var lines = new List<string> { "(", "set -eu" };
        if (backup is { Digest: { } digest })
            lines.Add($"{(IsFile(backup) ? $"printf '%s  %s\\n' {digest} {Sh.Quote(backup.Path)} | sha256sum -c -" : Compare(backup, digest))} || {{ echo {Sh.Quote($"{backup.Path} is not what was verified: nothing was done")} >&2; exit 1; }}");
        return string.Join('\n', [.. lines, run, ")"]);
    }

    private static string OnNode(string run, VerifiedBackup? backup) => backup is { Digest: { } digest }
        ? $"if {Compare(backup, digest)}; then echo $(hostname) the backup is what was verified; {run}; else echo $(hostname) the backup is not what was verified, nothing was done; fi"
        : run;

    private static string Compare(VerifiedBackup backup, string digest) =>
        $"test \"$({(IsFile(backup) ? BackupDigest.OfFile(backup.Path) : BackupDigest.OfTree(backup.Path, backup.DigestOf == DigestOf.Contents))})\" = {digest}";

    private static bool IsFile(VerifiedBackup backup) => backup.Check is "dump" or "file";
}
