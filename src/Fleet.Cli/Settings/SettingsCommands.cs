using System.CommandLine;
using System.Text.Json;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Runbooks.Texts;
using Fleet.Server.Api;

namespace Fleet.Cli.Settings;

internal static class SettingsCommands
{
    public static Command Make() => CommandFactory.Group("settings", Say.Of("What you set for every command that you give."), Lang()).WithExamples("fleet settings lang zh-CN");

    private static Command Lang()
    {
        var language = new Argument<string?>("LANG") { Description = Say.Of("The language that you read: en or zh-CN; none: shows the one that is set, or follows from where you are"), Arity = ArgumentArity.ZeroOrOne };
        language.AcceptOnlyFromAmong(GlobalOptions.Languages);
        return CommandFactory.Make("lang", Say.Of("The language of everything that you are told; --lang and FLEET_LANG come before it."), (context, _) =>
        {
            if (context.Parsed.GetValue(language) is { } given)
            {
                try
                {
                    new PersonalSettings { Lang = Language.Of(given)!.Tag }.Write(PersonalSettings.File);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    throw new CliFailure(ExitCodes.No, Say.Of($"{PersonalSettings.File} cannot be written: {e.Message}"));
                }
            }

            var settings = PersonalSettings.Read(PersonalSettings.File, out var _);
            if (context.Json)
                context.Terminal.WriteJson(JsonSerializer.SerializeToElement(settings, ApiJson.Options));
            else
                context.Terminal.Line(settings.Lang ?? Language.Current.Tag);
            return Task.FromResult(ExitCodes.Ok);
        }, language).WithExamples("fleet settings lang zh-CN", "fleet settings lang");
    }
}
