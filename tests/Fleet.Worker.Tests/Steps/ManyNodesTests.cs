using System.Text;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Steps;

/// <summary>Nodes print more than is kept of an execution's end.</summary>
public sealed class ManyNodesTests
{
    private const int Count = 600;

    [Fact]
    public async Task Of_hundreds_of_nodes_each_is_judged_by_what_it_printed_itself()
    {
        var names = Enumerable.Range(1, Count).Select(i => $"node{i:000}").ToList();
        var zone = new ScriptedZone();
        zone.OnRead("group/all", Part("group/all", $"nodes=({string.Join(' ', names.Select(n => $"\"{n}\""))})") + Part("group/hyper", "nodes=()") + Part("settings", string.Join('\n', names)));
        zone.On("apt-get update", async terminal =>
        {
            foreach (var name in names)
                await terminal.PrintAsync(Block(name, name == "node003" ? "apt=failed\nE: no space left" : "apt=ok"));
            return 0;
        });
        var step = new Step { Name = "nodes", Title = "nodes", Implements = [], Kind = "check-nodes", Command = "apt-get update", TimeLimit = TimeSpan.FromMinutes(5), Changes = true, Repeatable = true };
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(step), zone);
        await worker.SendAsync(Small.Command());
        var held = await worker.ReportAsync<PhaseHeld>();
        held.Decision.Question.Code.ShouldBe("nodes-unhealthy");
        held.Decision.Items.Select(i => i.Id).ShouldBe(["node003"]);
        held.Decision.Question.Args["healthy"].ShouldBe($"{Count - 1}");
    }

    private static string Block(string node, string apt)
    {
        var block = new StringBuilder($"Execing [{node}] with [{new string('x', 400)}] ...\nfleet-node:{node}:begin\n");
        foreach (var line in $"{apt}\ndpkg=ok\n{new string('y', 300)}".Split('\n'))
            block.Append(System.Globalization.CultureInfo.InvariantCulture, $"fleet-node:{node}:out:{line}\n");
        return block.Append(System.Globalization.CultureInfo.InvariantCulture, $"fleet-node:{node}:end\n").ToString();
    }

    private static string Part(string name, string text) => $"\nfleet-part {name} {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{text}\nfleet-exit=0"))}\n";
}
