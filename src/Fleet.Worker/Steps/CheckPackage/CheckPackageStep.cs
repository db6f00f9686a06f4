using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckPackage;

/// <summary>
/// Looks into the package before anything is unpacked (Q3): nothing in it may land outside of its own folder, and its version.json is the one that the rollout means.
/// Options: <c>folder</c>, <c>topFolder</c>.
/// </summary>
internal sealed class CheckPackageStep : IStepKind
{
    public string Name => "check-package";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var top = context.Option("topFolder", "qingcloud-installer");
        var path = Sh.Quote(context.PackagePath());
        var batch = await Batch.ReadAsync(
            context,
            Batch.Script(
                ("list.gz", $"tar -tvzf {path} --numeric-owner --quoting-style=escape --full-time 2>/dev/null || tar -tvzf {path} --numeric-owner --quoting-style=escape"),
                ("version", $"tar -xzOf {path} {Sh.Quote($"{top}/version.json")} 2>/dev/null || tar -xzOf {path} {Sh.Quote($"./{top}/version.json")}")),
            cancellationToken);
        return PackageVerdict.Of(batch["list.gz"], batch["version"].Text, context.Command.Package, context.PackagePath(), top);
    }
}

internal static class PackageVerdict
{
    public static StepResult Of(BatchPart list, string versionJson, PackageRef package, string path, string top)
    {
        if (!list.Ok)
            return StepResult.Failed(Finding.Of("package-unreadable", ("path", path)).WithLines(Lines.Of(list.Text)));
        var listing = TarListing.Read(list.Text, top);
        if (listing.Troubles.Count > 0)
        {
            return StepResult.Failed(
                Finding.Of("package-unsafe", ("path", path), ("count", listing.Troubles.Count.ToString(CultureInfo.InvariantCulture)), ("folder", top))
                    .WithLines(listing.Troubles.Take(20).Select(t => $"{t.Trouble switch { TarTrouble.AbsolutePath => "absolute path", TarTrouble.ParentPath => "path with ..", TarTrouble.EscapingLink => "link that leads out", TarTrouble.Device => "device", TarTrouble.OutsideFolder => "outside of its folder", _ => "not understood" }}: {t.Line}")));
        }

        if (VersionJson.Read(versionJson, out var problem) is not { } version)
            return StepResult.Failed(Finding.Of("package-without-version", ("path", path), ("file", $"{top}/version.json"), ("problem", problem!)));
        return Difference("installer", version.Installer, package.Installer)
            ?? Difference("qingcloud", version.Qingcloud, package.Qingcloud)
            ?? (package.Upgrade.Length > 0 ? Difference("upgrade", version.Upgrade ?? version.NewUpgrade, package.Upgrade) : null)
            ?? StepResult.Succeeded() with { Facts = new Dictionary<string, string> { ["package.unpacked-bytes"] = listing.UnpackedBytes.ToString(CultureInfo.InvariantCulture) } };

        StepResult? Difference(string name, string? value, string wanted) => VersionNumber.Compare(value, wanted) == 0
            ? null
            : StepResult.Failed(Finding.Of("package-version-differs", ("path", path), ("name", name), ("is", value ?? "missing"), ("wanted", wanted)));
    }
}
