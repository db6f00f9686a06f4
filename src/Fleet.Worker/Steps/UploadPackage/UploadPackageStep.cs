using System.Globalization;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.UploadPackage;

/// <summary>
/// The package lies on the firstbox, whole, under its own name (Q2): uploaded with resume and verified there; or, where it lies there already, verified only.
/// Options: <c>folder</c>.
/// </summary>
internal sealed class UploadPackageStep : IStepKind
{
    public string Name => "upload-package";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var package = context.Command.Package;
        var path = context.PackagePath();
        var facts = new Dictionary<string, string> { ["package.path"] = path };
        if (package.OnFirstbox is null)
        {
            var upload = await context.UploadPackageAsync(path, cancellationToken);
            return upload.Ok
                ? StepResult.Succeeded() with { AlreadyDone = upload.AlreadyThere, Facts = facts }
                : StepResult.Failed(upload.Problem ?? Finding.Of("upload-failed", ("path", path)));
        }

        var batch = await Batch.ReadAsync(context, Batch.Script(("size", $"stat -L -c %s {Sh.Quote(path)}"), ("digest", $"sha256sum <{Sh.Quote(path)}")), cancellationToken);
        if (!batch["size"].Ok || batch["digest"].TextIfOk is not { } digest)
            return StepResult.Failed(Finding.Of("package-not-on-firstbox", ("path", path)));
        var found = digest.Trim().Split(' ')[0];
        return found.Equals(package.Digest, StringComparison.OrdinalIgnoreCase)
            ? StepResult.Succeeded(Finding.Of("package-verified", ("path", path), ("bytes", long.Parse(batch["size"].Text.Trim(), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)))) with { AlreadyDone = true, Facts = facts }
            : StepResult.Failed(Finding.Of("package-digest-differs", ("path", path), ("is", found), ("wanted", package.Digest)));
    }
}
