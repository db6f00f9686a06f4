using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api;
using Fleet.Server.Api.Runbooks;

namespace Fleet.Cli.Runbooks;

internal static class RunbookCommands
{
    public static Command Make() => CommandFactory.Group("runbook", Say.Of("Runbooks: what is done on a zone, phase by phase."), List(), Show(), Validate(), RunbookSigning.Sign(), RunbookSigning.Verify(), Add(), Export())
        .WithExamples("fleet runbook show qingcloud-upgrade", "fleet runbook validate my-site.yaml");

    private static Command List() => CommandFactory.Make("list", Say.Of("Lists runbook files, every version."), async (context, cancellationToken) =>
    {
        var answer = await context.Api.GetAsync<IReadOnlyList<RunbookDocument>>("runbooks", cancellationToken);
        context.Show(answer, runbooks =>
        {
            var table = new TextTable("runbook", "version", "digest", "added", "signed by");
            foreach (var runbook in runbooks)
                table.Add(new Cell(runbook.Name, Styles.Strong), runbook.Version, runbook.Digest[..12], runbook.BuiltIn ? Say.Of("built in") : Say.Of($"{Words.Time(runbook.AddedAt, context.Terminal.Now)} by {runbook.AddedBy}"), runbook.SignedBy ?? "");
            table.Write(context.Terminal);
        });
        return ExitCodes.Ok;
    }).WithExamples("fleet runbook list");

    private static Command Show()
    {
        var name = NameArgument();
        return CommandFactory.Make("show", Say.Of("Shows a runbook's phases and steps."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<RunbookDocument>($"runbooks/{FleetApi.Segment(context.Get(name))}", cancellationToken);
            context.Show(answer, runbook =>
            {
                context.Terminal.Line($"{runbook.Name} {runbook.Version}  {runbook.Digest}");
                Print(context.Terminal, runbook.Phases);
                if (runbook.Errands.Count == 0)
                    return;
                context.Terminal.Line();
                context.Terminal.Line(Say.Of("Errands, after an upgrade and only when somebody asks for one:"));
                Print(context.Terminal, runbook.Errands);
            });
            return ExitCodes.Ok;
        }, name).WithExamples("fleet runbook show qingcloud-upgrade");
    }

    private static void Print(Terminal terminal, IReadOnlyList<RunbookPhaseDocument> phases)
    {
        var table = new TextTable("phase", "step", "lines", "what", "limit", "");
        foreach (var phase in phases)
        {
            foreach (var (step, first) in phase.Steps.Select((s, i) => (s, i == 0)))
            {
                table.Add(
                    new Cell(first ? phase.Name : "", Styles.Strong), step.Name, string.Join(' ', step.Implements), step.Title,
                    Words.Duration(TimeSpan.FromSeconds(step.TimeLimitSeconds)), new Cell(Marks(step), Styles.Quiet));
            }
        }

        table.Write(terminal);
    }

    private static string Marks(RunbookStepDocument step) =>
        string.Join(Say.Of(", "), new[] { step.Changes ? Say.Of("changes") : Say.Of("reads"), step.Repeatable ? Say.Of("repeatable") : null, step.Required ? Say.Of("required") : null, step.Conditional ? Say.Of("conditional") : null }.OfType<string>());

    private static Command Validate()
    {
        var file = FileArgument();
        return CommandFactory.Make("validate", Say.Of("Checks a runbook file and tells all that is wrong; needs no server."), async (context, cancellationToken) =>
        {
            var path = context.Get(file);
            var (errors, name, version, digest) = RunbookCheck.Check(Encoding.UTF8.GetString(await InputFile.ReadAsync(path, cancellationToken)));
            if (context.Json)
                context.Terminal.WriteJson(JsonSerializer.SerializeToElement(new RunbookVerdict(errors.Count == 0, name, version, digest, errors), ApiJson.Options));
            else if (errors.Count == 0)
                context.Terminal.Line(Say.Of($"{path}: {name} {version} is well, sha-256 {digest}"));
            else
                Refuse(context, new CliFailure(ExitCodes.Usage, "", errors), path);
            return errors.Count == 0 ? ExitCodes.Ok : ExitCodes.Usage;
        }, file).WithExamples("fleet runbook validate my-site.yaml");
    }

    private static Command Add()
    {
        var file = FileArgument();
        var signature = new Option<string?>("--signature") { Description = Say.Of("Its signature, from fleet runbook sign"), HelpName = "FILE" };
        return CommandFactory.Make("add", Say.Of("Adds a runbook file; running rollouts keep theirs."), async (context, cancellationToken) =>
        {
            var path = context.Get(file);
            var content = new ByteArrayContent(await InputFile.ReadAsync(path, cancellationToken)) { Headers = { ContentType = new MediaTypeHeaderValue("application/yaml") } };
            try
            {
                if (context.Get(signature) is { } signed)
                    content.Headers.Add(SignatureHeader.Name, (await RunbookSigning.ReadAsync(signed, cancellationToken)).Line);
                var answer = await context.Api.PostContentAsync<RunbookDocument>("runbooks", content, cancellationToken);
                context.Show(answer, runbook => context.Terminal.Line(Say.Of($"{runbook.Name} {runbook.Version} is added, sha-256 {runbook.Digest}")));
                return ExitCodes.Ok;
            }
            catch (CliFailure failure) when (failure.Errors.Count > 0 && failure.Status is 400 or 409)
            {
                Refuse(context, failure, path);
                return failure.ExitCode;
            }
        }, file, signature).WithExamples("fleet runbook add my-site.yaml", "fleet runbook add my-site.yaml --signature my-site.yaml.sig");
    }

    private static Command Export()
    {
        var name = NameArgument();
        var to = new Option<string?>("--to") { Description = Say.Of("The file to write; without it, standard output"), HelpName = "FILE" };
        return CommandFactory.Make("export", Say.Of("Writes a runbook's file, to be changed and added under another name."), async (context, cancellationToken) =>
        {
            using var response = await context.Api.OpenAsync($"runbooks/{FleetApi.Segment(context.Get(name))}/content", cancellationToken);
            var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (context.Get(to) is not { } path)
            {
                await using var output = Console.OpenStandardOutput();
                await output.WriteAsync(content, cancellationToken);
                return ExitCodes.Ok;
            }

            try
            {
                await using var file = new FileStream(path, FileMode.CreateNew);
                await file.WriteAsync(content, cancellationToken);
                return ExitCodes.Ok;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CliFailure(ExitCodes.Usage, File.Exists(path) ? Say.Of($"{path} is there already; name another file.") : Say.Of($"{path} cannot be written: {e.Message}"));
            }
        }, name, to).WithExamples("fleet runbook export qingcloud-upgrade --to my-site.yaml");
    }

    private static void Refuse(CommandContext context, CliFailure failure, string path)
    {
        foreach (var line in failure.Lines(path))
            context.Terminal.ErrorLine(line);
        context.Terminal.ErrorLine(Words.Plural(failure.Errors.Count, "error.", "errors."));
    }

    private static Argument<string> NameArgument() => new("name") { Description = Say.Of("A runbook's name (its newest file) or the beginning of its digest") };

    private static Argument<string> FileArgument() => new("file") { Description = Say.Of("The runbook, a YAML file") };

    private sealed record RunbookVerdict(bool Ok, string? Name, string? Version, string? Digest, IReadOnlyList<ApiError> Errors);
}
