using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.ReplaceInstaller;

/// <summary>
/// Renames the old installer's folder by the old version and puts the new one there (Q2, Q3). Safe to repeat from any point: unpacked beside, whole before it is renamed,
/// and known again by a mark that names the package's digest and the folder's inode. Options: <c>folder</c>, <c>installer</c>.
/// </summary>
internal sealed class ReplaceInstallerStep : IStepKind
{
    public string Name => "replace-installer";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var installer = context.Option("installer", "${paths.installer}").TrimEnd('/');
        var old = context.Facts.GetValueOrDefault("versions.old-installer") ?? context.Facts.GetValueOrDefault("versions.installer") ?? "old";
        var outcome = await context.ExecuteAsync(InstallerScript.Replace(context.PackagePath(), context.Command.Package.Digest, installer, old), cancellationToken);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return unfinished;
        if (outcome.ExitCode != 0)
            return StepResult.Failed(Finding.Of("unpack-failed", ("folder", installer)).WithLines(ExecutionVerdict.LastLines(outcome.Tail))) with { ExitCode = outcome.ExitCode };

        var batch = await Batch.ReadAsync(context, Batch.Script(("version", $"cat {Sh.Quote($"{installer}/version.json")}"), ("bootstrap", $"test -f {Sh.Quote($"{installer}/bootstrap/upgrade.sh")}")), cancellationToken);
        return Verdict(batch, context.Command.Package, installer) with { ExitCode = outcome.ExitCode, AlreadyDone = outcome.Tail.Contains(InstallerScript.AlreadyThere, StringComparison.Ordinal) };
    }

    private static StepResult Verdict(Batch batch, PackageRef package, string installer)
    {
        var version = VersionJson.Read(batch["version"].Text, out _);
        if (VersionNumber.Compare(version?.Installer, package.Installer) != 0 || VersionNumber.Compare(version?.Qingcloud, package.Qingcloud) != 0)
            return StepResult.Failed(Finding.Of("installer-not-new", ("folder", installer), ("is", version?.Installer ?? "unreadable"), ("wanted", package.Installer)));
        return batch["bootstrap"].Ok
            ? StepResult.Succeeded()
            : StepResult.Failed(Finding.Of("installer-without-bootstrap", ("folder", installer)));
    }
}

internal static class InstallerScript
{
    public const string AlreadyThere = "fleet: the new installer is there already";

    public static string Replace(string package, string digest, string installer, string oldVersion)
    {
        var folder = installer[..installer.LastIndexOf('/')];
        var name = installer[(installer.LastIndexOf('/') + 1)..];
        return $$"""
            set -eu
            export LC_ALL=C
            package={{Sh.Quote(package)}} digest={{Sh.Quote(digest)}}
            there={{Sh.Quote(installer)}} name={{Sh.Quote(name)}}
            work={{Sh.Quote($"{(folder.Length == 0 ? "" : folder)}/.fleet-unpack-{digest[..Math.Min(16, digest.Length)]}")}}
            mark={{Sh.Quote($"{folder}/.fleet-{name}")}}
            old={{Sh.Quote($"{installer}_{oldVersion}")}}

            inode() { stat -c %i "$1" 2>/dev/null || echo none; }
            marked() { [ -d "$1" ] && [ ! -L "$1" ] && [ "$(cat "$mark" 2>/dev/null || true)" = "$digest $(inode "$1")" ]; }

            if marked "$there"; then
              echo {{Sh.Quote(AlreadyThere)}}
              rm -rf "$work"
              exit 0
            fi
            if ! marked "$work/$name"; then
              echo "Verifying $package"
              [ "$(sha256sum <"$package" | cut -d ' ' -f 1)" = "$digest" ] || { echo "Error: $package is not the package that was uploaded"; exit 1; }
              rm -rf "$work"
              mkdir "$work"
              echo "Unpacking $package"
              # The bytes that tar takes are the bytes that are counted: the file may change between one look at it and the next.
              mkfifo "$work/.bytes"
              { code=0; tar -zxf - -C "$work" || code=$?; cat >/dev/null; exit $code; } <"$work/.bytes" &
              unpacking=$!
              taken=$(tee "$work/.bytes" <"$package" | sha256sum | cut -d ' ' -f 1)
              wait $unpacking
              rm -f "$work/.bytes"
              [ "$taken" = "$digest" ] || { rm -rf "$work"; echo "Error: $package changed while it was unpacked"; exit 1; }
              [ -f "$work/$name/version.json" ] || { echo "Error: the package has no $name/version.json"; exit 1; }
              sync
              printf '%s %s\n' "$digest" "$(inode "$work/$name")" >"$mark.new"
              mv -f "$mark.new" "$mark"
            fi
            if [ -e "$there" ] || [ -L "$there" ]; then
              to=$old n=2
              while [ -e "$to" ] || [ -L "$to" ]; do to=$old-$n n=$((n + 1)); done
              echo "Renaming $there to $to"
              mv -T "$there" "$to"
            fi
            mv -T "$work/$name" "$there"
            rm -rf "$work"
            echo "The new installer is in $there"
            """.ReplaceLineEndings("\n");
    }
}
