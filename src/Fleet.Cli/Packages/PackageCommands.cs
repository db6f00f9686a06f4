using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Cli.Runbooks;
using Fleet.Server.Api.Packages;

namespace Fleet.Cli.Packages;

internal static class PackageCommands
{
    public static Command Make() => CommandFactory.Group("packages", Say.Of("Installer packages, kept once, by digest."), Add(), List(), Show(), Remove())
        .WithExamples("fleet packages add qingcloud-installer_4.3.2-20261101_amd64.tar.gz", "fleet packages list");

    private static Command Add()
    {
        var file = new Argument<string?>("file") { Description = Say.Of("The package"), Arity = ArgumentArity.ZeroOrOne };
        var sha256 = new Option<string?>("--sha256") { Description = Say.Of("The sha-256 that it must have"), HelpName = "HEX" };
        var onFirstbox = new Option<string?>("--on-firstbox") { Description = Say.Of("It lies on the firstboxes already, under this path: verified there, not uploaded; needs --sha256"), HelpName = "PATH" };
        var upgrade = new Option<string?>("--upgrade") { Description = Say.Of("With --on-firstbox: the upgrade version in the package's version.json, where it is not the qingcloud version of its name"), HelpName = "DATE" };
        var signature = new Option<string?>("--signature") { Description = Say.Of("Its signature, from ssh-keygen -Y sign -n fleet-package"), HelpName = "FILE" };
        var command = CommandFactory.Make("add", Say.Of("Adds a package: checks its digest, its content and that its name's version is the version inside."), async (context, cancellationToken) =>
        {
            var signed = context.Get(signature) is { } signatureFile ? (await RunbookSigning.ReadAsync(signatureFile, cancellationToken)).Line : null;
            var answer = context.Get(onFirstbox) is { } path
                ? await context.Api.PostAsync<PackageDocument>("packages/on-firstbox", new OnFirstboxRequest(path, context.Get(sha256)!, context.Get(upgrade), signed), cancellationToken)
                : await PackageUpload.SendAsync(context, context.Parsed.GetValue(file)!, context.Get(sha256), signed, cancellationToken);
            context.Show(answer, package => context.Terminal.Line(
                Say.Of($"{package.Id}: installer {package.Installer}, qingcloud {package.Qingcloud}, {(package.OnFirstbox is null ? Words.Size(package.Size) : Say.Of("on the firstboxes"))}, sha-256 {package.Digest}")));
            return ExitCodes.Ok;
        }, file, sha256, onFirstbox, upgrade, signature);
        command.Validators.Add(result =>
        {
            var byPath = result.GetResult(onFirstbox) is not null;
            if (byPath == (result.GetValue(file) is not null))
                result.AddError(Say.Of("Give either a file to upload, or --on-firstbox PATH with --sha256 HEX."));
            else if (byPath && result.GetResult(sha256) is null)
                result.AddError(Say.Of("--on-firstbox needs --sha256 HEX: the file is verified on each firstbox."));
            else if (!byPath && result.GetResult(upgrade) is not null)
                result.AddError(Say.Of("--upgrade goes with --on-firstbox; of an uploaded package it is read."));
        });
        return command.WithExamples(
            "fleet packages add qingcloud-installer_4.3.2-20261101_amd64.tar.gz",
            "fleet packages add qingcloud-installer_4.3.2-20261101_amd64.tar.gz --signature qingcloud-installer_4.3.2-20261101_amd64.tar.gz.sig",
            "fleet packages add --on-firstbox /root/qingcloud-installer_4.3.2-20261101_amd64.tar.gz --sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    }

    private static Command List() => CommandFactory.Make("list", Say.Of("Lists packages."), async (context, cancellationToken) =>
    {
        var answer = await context.Api.GetAsync<IReadOnlyList<PackageDocument>>("packages", cancellationToken);
        context.Show(answer, packages =>
        {
            if (packages.Count == 0)
            {
                context.Terminal.Line(Say.Of("No packages yet. Add one: fleet packages add FILE"));
                return;
            }

            var table = new TextTable("package", "installer", "qingcloud", "size", "sha-256", "added", "signed by");
            foreach (var package in packages)
                table.Add(new Cell(package.Id, Styles.Strong), package.Installer, package.Qingcloud, package.OnFirstbox ?? Words.Size(package.Size), package.Digest[..12], Say.Of($"{Words.Time(package.AddedAt, context.Terminal.Now)} by {package.AddedBy}"), package.SignedBy ?? "");
            table.Write(context.Terminal);
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet packages list", "fleet packages list -o json");

    private static Command Show()
    {
        var id = IdArgument();
        return CommandFactory.Make("show", Say.Of("Shows one package: who added it, who signed it and which rollouts use it."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<PackageDocument>($"packages/{FleetApi.Segment(context.Get(id))}", cancellationToken);
            context.Show(answer, package => PackagePrinter.Print(context.Terminal, package));
            return ExitCodes.Ok;
        }, id).WithExamples("fleet packages show 4.3.2-20261101");
    }

    private static Argument<string> IdArgument() => new("package") { Description = Say.Of("Its id, file name or the beginning of its digest") };

    private static Command Remove()
    {
        var id = IdArgument();
        return CommandFactory.Make("remove", Say.Of("Removes a package that no unfinished rollout uses."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.DeleteAsync<PackageDocument>($"packages/{FleetApi.Segment(context.Get(id))}", cancellationToken);
            context.Show(answer, package => context.Terminal.Line(Say.Of($"{package.Id} is removed.")));
            return ExitCodes.Ok;
        }, id).WithExamples("fleet packages remove 4.3.2-20261101");
    }
}
