using System.CommandLine;

namespace Fleet.Cli.CommandLine;

/// <summary>What every command takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Server = new("--server")
    {
        Description = "The server's URL. Default: FLEET_SERVER, else http://127.0.0.1:7070",
        HelpName = "URL",
        Recursive = true,
    };

    public static readonly Option<string?> Token = new("--token")
    {
        Description = "The access token. Default: FLEET_TOKEN, else the file token in the data folder (./fleet-data)",
        HelpName = "TOKEN",
        Recursive = true,
    };

    public static readonly Option<string> Output = OutputOption();

    private static Option<string> OutputOption()
    {
        var option = new Option<string>("--output", "-o") { Description = "table for people, json for programs", Recursive = true, DefaultValueFactory = _ => "table" };
        option.AcceptOnlyFromAmong("table", "json");
        return option;
    }
}
