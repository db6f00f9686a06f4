using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.Guards;

/// <summary>Which nodes carry a flag file.</summary>
/// <param name="Silent">Asked, and no whole answer came.</param>
/// <param name="Other">What exec_nodes.sh itself printed.</param>
internal sealed record RescueFlags(IReadOnlyList<string> Asked, IReadOnlyList<string> Flagged, IReadOnlyList<string> Clear, IReadOnlyList<string> Silent, IReadOnlyList<string> Other)
{
    public static async Task<RescueFlags> ReadGroupAsync(IStepContext context, string group, string flag, CancellationToken cancellationToken)
    {
        var nodes = await NodeList.ReadAsync(context, [group], cancellationToken);
        // A group that cannot be read is no empty group.
        return nodes.IsReadable(group) ? await ReadAsync(context, nodes, nodes.Group(group), flag, cancellationToken) : new RescueFlags([], [], [], [$"group {group}"], []);
    }

    public static async Task<RescueFlags> ReadAsync(IStepContext context, NodeList nodes, IReadOnlyList<string> asked, string flag, CancellationToken cancellationToken)
    {
        if (asked.Count == 0)
            return new RescueFlags([], [], [], [], []);
        var result = await context.ReadAsync("export LC_ALL=C\n" + nodes.Call(context, asked, Look(flag)) + "\n", cancellationToken);
        return Of(asked, ExecNodesOutput.Read(result.Text, asked));
    }

    public static RescueFlags Of(IReadOnlyList<string> asked, ExecNodesOutput output)
    {
        List<string> With(string? value) => [.. asked.Where(n => (output.Nodes.TryGetValue(n, out var answer) ? answer.Value("flag") : null) == value)];
        var flagged = With("there");
        var clear = With("absent");
        return new RescueFlags(asked, flagged, clear, [.. asked.Except(flagged).Except(clear)], output.Other);
    }

    public static string Look(string flag) => $"test -e {flag} && echo flag=there || echo flag=absent";

    /// <summary>Sets it and tells what is there then.</summary>
    public static string Set(string flag) => $"touch {flag} && echo touched=ok || echo touched=failed; {Look(flag)}";

    /// <summary>The nodes on which <see cref="Set"/> was at work, by what it printed: they had no flag before.</summary>
    public static IReadOnlyList<string> Touched(IReadOnlyList<string> asked, string output)
    {
        var read = ExecNodesOutput.Read(output, asked);
        return [.. asked.Where(n => read.Nodes.TryGetValue(n, out var answer) && answer.Value("touched") is not null)];
    }

    public static string Remove(string flag) => $"rm -f {flag} && echo removed=ok || echo removed=failed; {Look(flag)}";

    /// <summary>Whether a node's packages are installed whole.</summary>
    public const string WholePackages = "d=$( dpkg --audit 2>&1 ); test -z \"$d\" && echo dpkg=ok || { echo dpkg=failed; echo \"$d\" | head -n 5; }";

    /// <summary>A flag's path goes through two shells unquoted; anything but a plain path is refused.</summary>
    public static bool IsPlainPath(string path) => path.StartsWith('/') && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-');
}
