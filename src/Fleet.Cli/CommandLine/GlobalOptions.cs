using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using Fleet.Cli.Output;

namespace Fleet.Cli.CommandLine;

/// <summary>What every command takes. Made anew for each root: their descriptions are in the language of whoever reads them.</summary>
internal sealed class GlobalOptions
{
    private static readonly ConditionalWeakTable<Command, GlobalOptions> Known = [];

    /// <summary>As a person may write them.</summary>
    public static readonly string[] Languages = ["en", "zh-CN", "zh"];

    private GlobalOptions()
    {
        Output.AcceptOnlyFromAmong("table", "json");
        Lang.AcceptOnlyFromAmong(Languages);
    }

    public Option<string?> Server { get; } = new("--server")
    {
        Description = Say.Of("The server's URL. Default: FLEET_SERVER, else http://127.0.0.1:7070"),
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Token { get; } = new("--token")
    {
        Description = Say.Of("The access token. Default: FLEET_TOKEN, else the file token in the data folder (./fleet-data)"),
        HelpName = "TOKEN",
        Recursive = true,
    };

    public Option<string?> Ca { get; } = new("--ca")
    {
        Description = Say.Of("A file with an authority to trust beside those of this machine, in PEM. Default: FLEET_CA"),
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<string> Output { get; } = new("--output", "-o")
    {
        Description = Say.Of("table for people, json for programs"),
        Recursive = true,
        DefaultValueFactory = _ => "table",
    };

    public Option<string?> Lang { get; } = new("--lang")
    {
        Description = Say.Of("The language of what you are told: en or zh-CN. Default: FLEET_LANG, else fleet settings lang, else LC_ALL, LC_MESSAGES, LANG"),
        HelpName = "LANG",
        Recursive = true,
    };

    public static void AddTo(RootCommand root)
    {
        var global = new GlobalOptions();
        Known.Add(root, global);
        foreach (var option in (Option[])[global.Server, global.Token, global.Ca, global.Output, global.Lang])
            root.Options.Add(option);
    }

    /// <summary>Those of the line that this is a part of.</summary>
    public static GlobalOptions Of(CommandResult result)
    {
        var root = result;
        while (root.Parent is CommandResult parent)
            root = parent;
        return Known.TryGetValue(root.Command, out var global) ? global : throw new InvalidOperationException("The root has no global options.");
    }
}
