using System.Collections;
using System.CommandLine;
using System.CommandLine.Completions;
using Fleet.Cli.Output;

namespace Fleet.Cli.CommandLine;

/// <summary>What a help page says of one symbol: how it is written, and what it is for.</summary>
internal static class HelpWords
{
    public static string Usage(Command command)
    {
        var line = HelpPage.Line(command).ToList();
        var parts = line.SelectMany(c => (string[])[c is RootCommand root ? root.HelpName ?? c.Name : c.Name, Arguments(c)]).ToList();
        if (command.Subcommands.Any(c => !c.Hidden))
            parts.Add(Say.Of("[command]"));
        if (line.Exists(c => c.Options.Any(o => !o.Hidden && (o.Recursive || c == command))))
            parts.Add(Say.Of("[options]"));
        return string.Join(' ', parts.Where(p => p.Length > 0));
    }

    /// <summary>Names with their dashes, short ones first, and what follows them.</summary>
    public static string Label(Symbol symbol)
    {
        var aliases = symbol switch { Option o => o.Aliases, Command c => c.Aliases, _ => [] };
        var names = aliases.Prepend(symbol.Name)
            .Select(n => (Dashes: n[..(n.Length - n.TrimStart('-', '/').Length)], Name: n.TrimStart('-', '/')))
            .OrderBy(n => n.Dashes, StringComparer.OrdinalIgnoreCase).ThenBy(n => n.Name, StringComparer.OrdinalIgnoreCase)
            .DistinctBy(n => n.Name).Select(n => n.Dashes + n.Name);
        string[] values = symbol switch { Option option => [Value(option)], Command command => [.. command.Arguments.Where(a => !a.Hidden).Select(Value)], _ => [] };
        var label = string.Join(' ', values.Where(v => v.Length > 0).Prepend(string.Join(", ", names)));
        return symbol is Option { Required: true } ? $"{label} {Say.Of("(REQUIRED)")}" : label;
    }

    /// <summary>A value as it stands in the first column: its name, else what it may be.</summary>
    public static string Value(Symbol symbol) => symbol switch
    {
        Option option => Value(option.HelpName, option.ValueType, option.Arity, option.CompletionSources.Count, option) ?? "",
        Argument argument => Value(argument.HelpName, argument.ValueType, argument.Arity, argument.CompletionSources.Count, argument) ?? $"<{argument.Name}>",
        _ => "",
    };

    public static string Described(Symbol symbol)
    {
        string[] defaults = symbol switch
        {
            Option { HasDefaultValue: true } option => [Default(option.GetDefaultValue(), option.ValueType)],
            Argument { HasDefaultValue: true } argument => [Default(argument.GetDefaultValue(), argument.ValueType)],
            _ => [],
        };
        var told = defaults.Where(d => d.Length > 0).Select(d => Say.Of($"[default: {d}]"));
        return string.Join(' ', told.Prepend(symbol.Description ?? "")).Trim();
    }

    private static string Arguments(Command command)
    {
        var shown = command.Arguments.Where(a => !a.Hidden).ToList();
        var written = shown.Select(a => $"{(a.Arity.MinimumNumberOfValues == 0 ? "[" : "")}<{a.Name}>{(a.Arity.MaximumNumberOfValues > 1 ? "..." : "")}");
        return string.Join(' ', written) + new string(']', shown.Count(a => a.Arity.MinimumNumberOfValues == 0));
    }

    private static string? Value(string? name, Type type, ArgumentArity arity, int sources, Symbol symbol)
    {
        if (!string.IsNullOrWhiteSpace(name))
            return $"<{name}>";
        if (type == typeof(bool) || type == typeof(bool?) || arity.MaximumNumberOfValues <= 0)
            return null;
        if (sources == 0)
            return symbol is Option ? $"<{symbol.Name.TrimStart('-', '/')}>" : null;
        var choices = string.Join('|', symbol.GetCompletions(CompletionContext.Empty).Select(c => c.Label));
        return choices.Length > 0 ? $"<{choices}>" : null;
    }

    private static string Default(object? value, Type type) => value switch
    {
        bool flag => flag ? "true" : "",
        null => "",
        string text => text,
        _ when type == typeof(bool?) => "",
        IEnumerable several => string.Join('|', several.Cast<object>()),
        _ => value.ToString() ?? "",
    };
}
