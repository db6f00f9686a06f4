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

    /// <summary>As a person may write them.</summary>
    public static readonly string[] Languages = ["en", "zh-CN", "zh"];

    public static readonly Option<string?> Lang = LangOption();

    public static readonly Option<string> Output = OutputOption();

    private static Option<string> OutputOption()
    {
        var option = new Option<string>("--output", "-o") { Description = "table for people, json for programs", Recursive = true, DefaultValueFactory = _ => "table" };
        option.AcceptOnlyFromAmong("table", "json");
        return option;
    }

    private static Option<string?> LangOption()
    {
        var option = new Option<string?>("--lang") { Description = "The language of what you are told: en or zh-CN. Default: FLEET_LANG, else fleet settings lang, else LC_ALL, LC_MESSAGES, LANG", HelpName = "LANG", Recursive = true };
        option.AcceptOnlyFromAmong(Languages);
        return option;
    }
}
