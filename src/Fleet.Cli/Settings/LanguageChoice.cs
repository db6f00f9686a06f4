using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Runbooks.Texts;

namespace Fleet.Cli.Settings;

/// <summary>Which language a person reads.</summary>
internal static class LanguageChoice
{
    private const string Option = "--lang";
    private const string Variable = "FLEET_LANG";

    /// <summary>As in GNU programs: the first that is set counts, whether Fleet speaks it or not.</summary>
    private static readonly string[] Locale = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>The line itself, FLEET_LANG, the person's setting, the locale; English where none says any that Fleet speaks.</summary>
    /// <param name="args">Looked through before they are parsed: what the parser says is told in it too, and it refuses what is no language.</param>
    public static Language Of(IReadOnlyList<string> args, Func<string, string?> variable, PersonalSettings settings)
    {
        if (Given(args) is { } given)
            return Language.Of(given) ?? Language.English;
        if (variable(Variable) is { Length: > 0 } named)
            return Language.Of(named) ?? throw new CliFailure(ExitCodes.Usage, Say.Of($"{Variable} is \"{named}\"; allowed are {string.Join(", ", Language.All)}."));
        return Language.Of(settings.Lang) ?? Language.Of(Locale.Select(variable).FirstOrDefault(v => v is { Length: > 0 })) ?? Language.English;
    }

    private static string? Given(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count && args[i] != "--"; i++)
        {
            if (args[i].StartsWith($"{Option}=", StringComparison.Ordinal) || args[i].StartsWith($"{Option}:", StringComparison.Ordinal))
                return args[i][(Option.Length + 1)..];
            if (args[i] == Option && i + 1 < args.Count)
                return args[i + 1];
        }

        return null;
    }
}
