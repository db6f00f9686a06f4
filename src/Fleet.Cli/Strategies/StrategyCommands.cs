using System.CommandLine;
using System.Text.Json;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Runbooks.Strategies;
using Fleet.Runbooks.Texts;
using Fleet.Server.Api;

namespace Fleet.Cli.Strategies;

internal static class StrategyCommands
{
    public static Command Make() => CommandFactory.Group("strategy", Say.Of("Strategy files: in which order and how carefully zones are upgraded."), Validate())
        .WithExamples("fleet strategy validate careful.yaml");

    private static Command Validate()
    {
        var file = new Argument<string>("file") { Description = Say.Of("The strategy, a YAML file") };
        return CommandFactory.Make("validate", Say.Of("Checks a strategy file and tells all that is wrong; needs no server. What contradicts your zones shows in fleet plan."), async (context, cancellationToken) =>
        {
            var path = context.Get(file);
            var loaded = StrategyLoader.Load((await InputFile.ReadAsync(path, cancellationToken)).AsSpan());
            IReadOnlyList<ApiError> errors = [.. loaded.Problems.Select(p => new ApiError { Code = p.Code, Message = Text.Render(p.Code, p.Args, Language.Current), Args = p.Args, Line = p.Line, Column = p.Column, Path = p.Path })];
            if (context.Json)
            {
                context.Terminal.WriteJson(JsonSerializer.SerializeToElement(new StrategyVerdict(errors.Count == 0, loaded.Strategy?.Name, loaded.Strategy?.Digest, errors), ApiJson.Options));
            }
            else if (loaded.Strategy is { } strategy)
            {
                context.Terminal.Line(Say.Of($"{path}: {strategy.Name}, {Words.Plural(strategy.Waves.Count, "wave", "waves")} ({string.Join(", ", strategy.Waves.Select(w => w.Name))}), is well, sha-256 {strategy.Digest}"));
            }
            else
            {
                foreach (var line in new CliFailure(ExitCodes.Usage, "", errors).Lines(path))
                    context.Terminal.ErrorLine(line);
                context.Terminal.ErrorLine(Words.Plural(errors.Count, "error.", "errors."));
            }

            return errors.Count == 0 ? ExitCodes.Ok : ExitCodes.Usage;
        }, file).WithExamples("fleet strategy validate careful.yaml");
    }

    private sealed record StrategyVerdict(bool Ok, string? Name, string? Digest, IReadOnlyList<ApiError> Errors);
}
