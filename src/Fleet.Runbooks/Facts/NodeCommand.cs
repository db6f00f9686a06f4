namespace Fleet.Runbooks.Facts;

/// <summary>
/// A command for <c>exec_nodes.sh</c>, wrapped so that every line of its output names its node. The script's own exit code and grouping say nothing: it ends in 0 though the command failed,
/// a node's block comes in any order, and a node that was not reached prints nothing of ours.
/// </summary>
public static class NodeCommand
{
    internal const string Prefix = "fleet-node:";

    /// <summary>The command travels through a file that is split at <c>#</c>, its runs of blanks collapse, and a bare <c>*</c> or <c>?</c> would expand on the firstbox.</summary>
    public static string? WhyItCannotTravel(string command) => command switch
    {
        _ when command.Contains('#', StringComparison.Ordinal) => "#",
        _ when command.Contains('\n', StringComparison.Ordinal) || command.Contains('\r', StringComparison.Ordinal) => "line end",
        _ when command.Contains('*', StringComparison.Ordinal) => "*",
        _ when command.Contains('?', StringComparison.Ordinal) => "?",
        _ when command.Contains("  ", StringComparison.Ordinal) => "two blanks in a row",
        _ when command.Contains('\\', StringComparison.Ordinal) => "\\",
        _ => null,
    };

    /// <summary>The whole call for the firstbox's shell. <paramref name="nodes"/>: a group, or nodes joined by commas.</summary>
    /// <exception cref="ArgumentException">The command cannot travel; callers that take commands from a runbook ask first.</exception>
    public static string Call(string execNodes, string nodes, string command)
    {
        if (WhyItCannotTravel(command) is { } why)
            throw new ArgumentException($"exec_nodes.sh cannot carry this command because of: {why}", nameof(command));
        var wrapped = $"echo {Prefix}$(hostname):begin; ( {command} ) 2>&1 | sed \"s/^/{Prefix}$(hostname):out:/\"; echo {Prefix}$(hostname):end";
        return $"{Sh.Quote(execNodes)} -f {Sh.Quote(nodes)} {Sh.Quote(wrapped)} </dev/null";
    }
}

/// <summary>Quoting for sh.</summary>
public static class Sh
{
    public static string Quote(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ',' or ':' or '@' or '+' or '=')
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
