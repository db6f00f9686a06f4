using System.Globalization;
using System.Text.Json;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.CheckBackups;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckDisk;

/// <summary>
/// Room for the package, its content and the backups, per file system, before anything is touched (Q2, Q7). Also measures what will be backed up, so that the backups
/// can be held against it later. Options: <c>unpackFactor</c>, <c>reserveMegabytes</c>.
/// </summary>
internal sealed class CheckDiskStep : IStepKind
{
    /// <summary>What the installer's bootstrap copies out of /pitrix, by version one or the other is missing.</summary>
    private static readonly string[] Copied = ["bin", "build", "check", "cli", "conf", "config", "deploy", "install", "node", "test", "upgrade"];

    public string Name => "check-disk";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        if (context.Facts.GetValueOrDefault("standing.from") is { } from && from is not (RunbookPhases.StagePackage or RunbookPhases.InitializeInstaller))
            return StepResult.Succeeded(Finding.Of("disk-not-needed", ("from", from)));
        var sources = BackupPlan.Sources(context);
        var batch = await Batch.ReadAsync(context, Script(context, sources), cancellationToken);
        var package = Package(context, batch);
        if (package.Size is not { } size)
            return StepResult.Failed(Finding.Of("package-not-on-firstbox", ("path", package.Path)));
        if (DiskReport.Read(batch["df/root"].Text) is not { } root || DiskReport.Read(batch["df/backup"].Text) is not { } backup)
            return StepResult.Failed(Finding.Of("disk-unreadable").WithLines(Lines.Of(batch["df/root"].Text).Concat(Lines.Of(batch["df/backup"].Text))));

        var present = long.TryParse(batch["present"].Text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var there) ? Math.Min(there, size) : 0;
        var copies = Lines.Of(batch["du"].Text).Sum(l => long.TryParse(l.Split('\t')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var kib) ? kib * 1024 : 0);
        var reserve = (long)(context.NumberOption("reserveMegabytes", 1024) * 1024 * 1024);
        var needs = DiskReport.Needs(
        [
            (root, size - present),
            (root, (long)(size * context.NumberOption("unpackFactor", 2.5))),
            // The bootstrap also copies the new repo and kernels into /pitrix: as much again as the package unpacks to.
            (backup, copies + (long)(size * context.NumberOption("unpackFactor", 2.5))),
        ]);
        var facts = new Dictionary<string, string>
        {
            [BackupPlan.SourcesFact] = BackupPlan.Json(sources, sources.Select(s => TreeSize.Read(batch[$"source/{BackupPlan.Key(s)}"].TextIfOk))),
        };
        var shortages = needs.Where(n => n.FreeBytes < n.NeededBytes + reserve)
            .Select(n => Finding.Of("disk-too-full", ("mount", n.MountPoint), ("free", Size(n.FreeBytes)), ("needed", Size(n.NeededBytes + reserve)))).ToList();
        return (shortages.Count == 0 ? StepResult.Succeeded() : StepResult.Failed(shortages[0], [.. shortages.Skip(1)])) with { Facts = facts };
    }

    private static (string Path, long? Size) Package(IStepContext context, Batch batch)
    {
        var package = context.Command.Package;
        if (package.OnFirstbox is not { } path)
            return (package.FileName, package.Size);
        return (path, long.TryParse(batch["package"].TextIfOk?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null);
    }

    private static string Script(IStepContext context, IReadOnlyList<BackupExpectation> sources)
    {
        var pitrix = context.PathOf("pitrix").TrimEnd('/');
        var copied = string.Join(' ', Copied.Select(c => Sh.Quote($"{pitrix}/{c}")).Append(Sh.Quote(context.PathOf("repo"))).Append(Sh.Quote(context.PathOf("os-repo"))));
        return Batch.Script(
        [
            ("package", $"stat -L -c %s {Sh.Quote(context.Command.Package.OnFirstbox ?? "/nonexistent")}"),
            ("present", $"stat -L -c %s {Sh.Quote(context.PackagePath())}"),
            ("df/root", Df(context.PathOf("root"))),
            ("df/backup", Df(context.PathOf("backup"))),
            ("du", $"for d in {copied}; do [ ! -d \"$d\" ] || du -sk \"$d\"; done"),
            .. sources.Select(s => ($"source/{BackupPlan.Key(s)}", BackupPlan.SourceScript(s))),
        ]);
    }

    /// <summary>Of the folder, or of what will hold it.</summary>
    private static string Df(string folder) => $"d={Sh.Quote(folder)}; while [ ! -d \"$d\" ]; do d=$(dirname \"$d\"); done; df -Pk \"$d\"";

    private static string Size(long bytes) => bytes >= 1L << 30 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB") : $"{bytes / (1 << 20)} MiB";
}
