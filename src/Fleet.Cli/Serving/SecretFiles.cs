using Fleet.Cli.Output;
using Microsoft.Extensions.Configuration;

namespace Fleet.Cli.Serving;

/// <summary>Settings out of files: the folder in <c>Fleet:Secrets</c> has a file for each, named like the variable, as clusters and systemd hand over secrets.</summary>
internal static class SecretFiles
{
    public const string Key = "Fleet:Secrets";

    public static void Add(ConfigurationManager configuration, List<string> problems)
    {
        if (configuration[Key] is not { Length: > 0 } folder)
            return;
        try
        {
            configuration.AddKeyPerFile(Path.GetFullPath(folder), optional: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(Say.Of($"{Key} is '{folder}', a folder that cannot be read: {e.Message}"));
        }
    }
}
