using System.Text.RegularExpressions;
using Fleet.Runbooks.Model;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Phases.Prompts;

/// <summary>The last lines of the failed nodes' own logs (Q19), for whoever must decide.</summary>
internal static partial class FailedNodeLogs
{
    private const int MostNodes = 10;
    private const int LinesPerNode = 15;

    public static async Task<IReadOnlyList<string>> ReadAsync(DispatchScope scope, Step step, IReadOnlyList<string> nodes, CancellationToken cancellationToken)
    {
        var folder = step.With.GetValueOrDefault("nodeLogs") ?? scope.Runbook.Settings.GetValueOrDefault("paths.update-nodes-logs") ?? "/pitrix/log/update_nodes";
        var script = string.Join('\n', nodes.Take(MostNodes).Select(node =>
            $"echo {Placeholders.Quote($"== {node}")}; tail -n {LinesPerNode} {Placeholders.Quote(folder)}/{Placeholders.Quote($"update_{node}.log")} 2>&1"));
        try
        {
            var result = await scope.Link.OnceAsync((shell, _) => shell.RunAsync(script, cancellationToken), cancellationToken);
            return [.. result.Text.Split('\n').Select(PlainText.Of).Where(l => l.Length > 0)];
        }
        catch (SshLinkException e)
        {
            // The question matters more than its details.
            return [$"({e.Reason.Code})"];
        }
    }

    public static bool IsError(string line) => Error().IsMatch(line);

    [GeneratedRegex(@"^E:|error|错误|failed|无法", RegexOptions.IgnoreCase)]
    private static partial Regex Error();
}
