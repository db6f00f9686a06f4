using System.CommandLine;
using System.Net.Http.Headers;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Zones;

namespace Fleet.Cli.Zones;

internal static class ZoneImport
{
    public static Command Make()
    {
        var file = new Argument<string>("file") { Description = Say.Of("The inventory, a YAML file; - reads standard input") };
        var prune = new Option<bool>("--prune") { Description = Say.Of("Remove zones that are absent from the file and idle") };
        return CommandFactory.Make("import", Say.Of("Adds and changes zones from an inventory file. When anything is wrong, all of it is told and nothing changes."), async (context, cancellationToken) =>
        {
            var name = context.Get(file);
            var content = new ByteArrayContent(await InputFile.ReadAsync(name, cancellationToken)) { Headers = { ContentType = new MediaTypeHeaderValue("application/yaml") } };
            try
            {
                var answer = await context.Api.PostContentAsync<ImportDocument>($"zones/import?prune={(context.Get(prune) ? "true" : "false")}", content, cancellationToken);
                context.Show(answer, document => Print(context.Terminal, document));
                return ExitCodes.Ok;
            }
            catch (CliFailure failure) when (failure.Errors.Count > 0 && failure.Status is 400 or 409)
            {
                foreach (var line in failure.Lines(name))
                    context.Terminal.ErrorLine(line);
                context.Terminal.ErrorLine(Say.Of($"{Words.Plural(failure.Errors.Count, "error", "errors")}; nothing was changed."));
                return failure.ExitCode;
            }
        }, file, prune).WithExamples("fleet zones import zones.yaml", "fleet zones import zones.yaml --prune");
    }

    private static void Print(Terminal terminal, ImportDocument document)
    {
        terminal.Line(Say.Of($"{document.Added.Count} added, {document.Changed.Count} changed, {document.Removed.Count} removed, {document.Unchanged.Count} as before."));
        foreach (var remark in document.Remarks)
            terminal.Line(remark.Text);
    }
}
