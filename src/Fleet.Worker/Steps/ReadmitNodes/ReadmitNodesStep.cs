using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.ReadmitNodes;

/// <summary>
/// Brings quarantined nodes back (Q13, the other way round): they must answer with their packages whole before anything is changed; then their settings files go back, the list of nodes is made anew (Q11) and read back.
/// Options: <c>nodes</c>. Leaves the fact <c>readmit.hyper</c>: one of them is a hyper.
/// </summary>
internal sealed class ReadmitNodesStep : IStepKind
{
    private const string Whole = "d=$( dpkg --audit 2>&1 ); test -z \"$d\" && echo dpkg=ok || { echo dpkg=failed; echo \"$d\" | head -n 5; }";

    public string Name => "readmit-nodes";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var named = context.NamesOption("nodes");
        if (named.Count == 0 || named.Any(n => !NodeNames.IsPlain(n)))
            return StepResult.Failed(Finding.Of("readmit-unknown-nodes", ("nodes", string.Join(", ", named))));
        var nodes = await NodeList.ReadAsync(context, ["all", "hyper"], cancellationToken);
        if (!nodes.IsReadable("all"))
            return StepResult.Failed(Finding.Of("node-group-unreadable", ("group", "all"), ("folder", context.PathOf("nodes"))));
        if (await UnwellAsync(context, nodes, named, cancellationToken) is { Count: > 0 } unwell)
            return new StepResult { Outcome = StepOutcome.Failed, Findings = unwell };

        var reply = await context.ChangeAsync(Script(named, context.PathOf("settings"), context.PathOf("moved-out"), context.By()), cancellationToken);
        if (reply.Refusal != Executions.Refusal.None || reply.Result?.Ok != true)
            return StepResult.Failed(Finding.Of("readmit-failed", ("nodes", string.Join(", ", named)), ("problem", reply.Refusal == Executions.Refusal.None ? reply.Result?.ErrorText.Trim() ?? "" : $"{reply.Refusal} {reply.Detail}")));
        var refresh = await context.ExecuteAsync(NodeNames.Refresh(context), cancellationToken);
        if (ExecutionVerdict.Unfinished(refresh) is { } unfinished)
            return unfinished;
        var after = await NodeList.ReadAsync(context, ["all", "hyper"], cancellationToken);
        var missing = named.Where(n => !after.Group("all").Contains(n)).ToList();
        return missing.Count > 0
            ? StepResult.Failed(Finding.Of("readmit-not-effective", ("nodes", string.Join(", ", missing))).WithLines(ExecutionVerdict.LastLines(refresh.Tail)))
            : StepResult.Succeeded() with { Facts = new Dictionary<string, string> { ["readmit.hyper"] = named.Any(after.Group("hyper").Contains) ? "true" : "false" } };
    }

    private static async Task<IReadOnlyList<Finding>> UnwellAsync(IStepContext context, NodeList nodes, IReadOnlyList<string> named, CancellationToken cancellationToken)
    {
        var health = await context.ReadAsync("export LC_ALL=C\n" + nodes.Call(context, named, Whole) + "\n", cancellationToken);
        var output = ExecNodesOutput.Read(health.Text, named);
        return
        [
            .. named.Select(n => output.Nodes.GetValueOrDefault(n) switch
            {
                { Finished: true } answer when answer.Value("dpkg") == "ok" => null,
                { Finished: true } answer => Finding.Of("readmit-node-unwell", ("node", n), ("trouble", "its packages are not installed whole")).WithLines(answer.Lines),
                _ => Finding.Of("readmit-node-unwell", ("node", n), ("trouble", "it does not answer")),
            }).OfType<Finding>(),
        ];
    }

    /// <summary>The newest of what zone upgrades moved out. A file that is there already stays: somebody has put it back.</summary>
    internal static string Script(IReadOnlyList<string> named, string settings, string movedOut, string by)
    {
        var lines = new List<string> { "set -e" };
        foreach (var node in named)
        {
            var to = Sh.Quote($"{settings}/{node}");
            lines.Add($"from=$(ls -t {Sh.Quote(movedOut)}/*/quarantine/{node} 2>/dev/null | head -n 1)");
            lines.Add($"[ -e {to} ] || [ -n \"$from\" ] || {{ echo {Sh.Quote($"{node} has no settings file, neither in its place nor among what was moved out")} >&2; exit 1; }}");
            lines.Add($"[ -e {to} ] || mv -nT \"$from\" {to}");
            // Looked for by itself: a worker that died right before this line has moved the settings already.
            lines.Add($"reason=$(ls -t {Sh.Quote(movedOut)}/*/quarantine/{node}.reason 2>/dev/null | head -n 1)");
            lines.Add($"[ -z \"$reason\" ] || {{ printf 'brought back by: %s\\n' {Sh.Quote(by)} >>\"$reason\"; mv -f \"$reason\" \"${{reason%.reason}}.brought-back\"; }}");
            lines.Add($"[ -e {to} ]");
        }

        return string.Join('\n', lines) + "\n";
    }
}
