using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.UpgradePackages;

namespace Fleet.Worker.Steps.CheckNodes;

/// <summary>
/// Runs the runbook's commands on every node and judges each by what it printed itself (Q12). Unhealthy ones are asked about: retry, quarantine named nodes (Q13), or fail.
/// Options: <c>group</c>, <c>nodes</c>, <c>databaseGroups</c>.
/// </summary>
internal sealed class CheckNodesStep : IStepKind
{
    public string Name => "check-nodes";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var group = context.Option("group", "all");
        var command = NodeHealth.Command(context.Expand(context.Step.Command ?? "apt-get clean; apt-get autoclean; apt-get update"));
        if (NodeCommand.WhyItCannotTravel(command) is { } why)
            return StepResult.Failed(Finding.Of("command-cannot-travel", ("command", context.Step.Command ?? ""), ("because", why)));

        IReadOnlyList<Debt> debts = [];
        if (context.Choice() == Choices.Quarantine)
        {
            var quarantined = await Quarantine.RunAsync(context, group, cancellationToken);
            debts = quarantined.Debts;
            if (quarantined.Problem is { } problem)
                return problem with { Debts = debts };
        }

        var nodes = await NodeList.ReadAsync(context, [group, "hyper"], cancellationToken);
        if (!nodes.IsReadable(group) || nodes.Group(group).Count == 0)
            return StepResult.Failed(Finding.Of("node-group-unreadable", ("group", group), ("folder", context.PathOf("nodes")))) with { Debts = debts };
        var only = context.NamesOption("nodes");
        if (only.Where(n => !nodes.Group(group).Contains(n)).ToList() is { Count: > 0 } missing)
            return StepResult.Failed(Finding.Of("node-not-in-group", ("nodes", string.Join(", ", missing)), ("group", group)));
        var asked = only.Count > 0 ? only : nodes.Group(group);
        // Hundreds of nodes print more than is kept of an execution's end.
        var printed = new OutputLines();
        var record = context as IStepRecord;
        record?.OnLine(printed.Add);
        var outcome = await context.ExecuteAsync("export LC_ALL=C\n" + nodes.Call(context, asked, command) + "\n", cancellationToken);
        record?.OnLine(null);
        if (ExecutionVerdict.Unfinished(outcome) is { } unfinished)
            return unfinished with { Debts = debts };
        var output = ExecNodesOutput.Read(record is null ? outcome.Tail : printed.Text, asked);
        var health = NodeHealth.Read(output, asked);
        var weighty = health.Unhealthy.Count == 0 ? new Dictionary<string, string>() : Quarantine.Weighty(context, await NodeGroups.ReadAsync(context, cancellationToken));
        var verdict = NodesVerdict.Of(context, nodes, group, weighty, health, output);
        // Of single nodes none is taken out again, and only once they are well they count as a part of the platform.
        if (only.Count > 0 && verdict.Decision is { } asks)
            verdict = verdict with { Decision = asks with { Choices = [.. asks.Choices.Where(c => c != Choices.Quarantine)] }, Facts = new Dictionary<string, string>() };
        return verdict with { ExitCode = outcome.ExitCode, Debts = debts };
    }
}

internal static class NodesVerdict
{
    /// <param name="weighty">Nodes that much hangs on → what they are.</param>
    public static StepResult Of(IStepContext context, NodeList nodes, string group, IReadOnlyDictionary<string, string> weighty, NodeHealth health, ExecNodesOutput output)
    {
        var facts = new Dictionary<string, string>
        {
            ["nodes.all"] = string.Join(',', nodes.Group(group)),
            ["nodes.hyper"] = string.Join(',', nodes.Group("hyper")),
        };
        var told = output.Strangers.Count == 0 ? [] : new[] { Finding.Of("nodes-strangers", ("nodes", string.Join(", ", output.Strangers))) };
        if (health.Unhealthy.Count == 0)
            return StepResult.Succeeded(told) with { Facts = facts };
        if (health.SameEverywhere is { } same)
        {
            // No node is to blame, so none is offered to be taken out or passed over.
            return StepResult.Asks(
                new DecisionRequest
                {
                    Kind = DecisionKind.UnhealthyNodes,
                    Step = context.Step.Name,
                    Question = Finding.Of("nodes-all-the-same", ("trouble", Word(same.Trouble))).WithLines(same.Lines),
                    Choices = [Choices.Retry, Choices.Fail],
                    Default = Choices.Retry,
                    Fingerprint = Fingerprint.Of(context, "nodes-all-the-same", same.Signature),
                },
                told) with
            {
                Facts = facts,
            };
        }

        var each = health.Unhealthy.Select(u => Finding.Of("node-unhealthy", ("node", u.Node), ("trouble", Word(u.Trouble))).WithLines(u.Lines)).ToList();
        return StepResult.Asks(
            new DecisionRequest
            {
                Kind = DecisionKind.UnhealthyNodes,
                Step = context.Step.Name,
                Question = Finding.Of("nodes-unhealthy", ("nodes", string.Join(", ", health.Unhealthy.Select(u => u.Node))), ("healthy", $"{health.Healthy.Count}"))
                    .WithLines(health.Unhealthy.SelectMany(u => u.Lines.Take(5).Select(l => $"{u.Node}: {l}").DefaultIfEmpty($"{u.Node}: {Word(u.Trouble)}"))),
                Choices = [Choices.Retry, Choices.Quarantine, Choices.Fail],
                Default = Choices.Retry,
                Items = [.. health.Unhealthy.Select(u => new DecisionItem(u.Node, $"{u.Node}: {(weighty.TryGetValue(u.Node, out var why) ? $"{why}: " : "")}{Word(u.Trouble)}{(u.Lines.Count > 0 ? $", {u.Lines[0]}" : "")}", MustBeTyped: weighty.ContainsKey(u.Node)))],
                Fingerprint = Fingerprint.Of(context, "nodes-unhealthy", health.Unhealthy.Select(u => u.Signature)),
            },
            [.. each, .. told]) with
        {
            Facts = facts,
        };
    }

    private static string Word(NodeTrouble trouble) => trouble switch
    {
        NodeTrouble.Unreachable => "no answer",
        NodeTrouble.Interrupted => "silent before its end",
        NodeTrouble.Apt => "apt does not work",
        _ => "packages are not installed whole",
    };
}
