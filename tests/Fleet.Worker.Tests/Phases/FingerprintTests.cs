using Fleet.Contracts.Decisions;
using Fleet.Worker.Phases.Prompts;

namespace Fleet.Worker.Tests.Phases;

public sealed class FingerprintTests
{
    [Theory]
    [InlineData("pek1a: 3 of 40 nodes failed at 12:30:01", "cd1a: 17 of 22 nodes failed at 03:04:05", true)]
    [InlineData("[node1 node2] failed", "[cdhyper7] failed", true)]
    [InlineData("disk full on node1", "no route to node1", false)]
    [InlineData("since 2026-11-24 00:10", "since 2025-01-02 23:59", true)]
    public void The_same_question_on_two_zones_is_one_and_another_is_another(string one, string two, bool alike)
    {
        var a = Fingerprints.OfPrompt("s", null, one, [], ["pek1a", "node1", "node2"]);
        var b = Fingerprints.OfPrompt("s", null, two, [], ["cd1a", "cdhyper7", "node1"]);
        (a == b).ShouldBe(alike);
    }

    [Fact]
    public void Step_component_and_errors_tell_questions_apart_that_look_the_same()
    {
        const string Text = "Do you want to ignore the failed nodes [y/N]?";
        var one = Fingerprints.OfPrompt("s", null, Text, ["E: held packages on node1"], ["node1"]);
        Fingerprints.OfPrompt("s", null, Text, ["E: held packages on n2", "E: held packages on n3"], ["n2", "n3"]).ShouldBe(one);
        Fingerprints.OfPrompt("s", null, Text, ["E: no space left on node1"], ["node1"]).ShouldNotBe(one);
        Fingerprints.OfPrompt("s", "hyper/hyper", Text, ["E: held packages on node1"], ["node1"]).ShouldNotBe(one);
        Fingerprints.OfPrompt("t", null, Text, ["E: held packages on node1"], ["node1"]).ShouldNotBe(one);
    }

    [Fact]
    public void A_finding_is_known_by_its_code_and_arguments_without_names()
    {
        var a = Fingerprints.Of("s", Finding.Of("node-broken", ("node", "pek1a-hyper1"), ("count", "3")), ["pek1a", "pek1a-hyper1"]);
        var b = Fingerprints.Of("s", Finding.Of("node-broken", ("node", "cd1a-hyper9"), ("count", "12")), ["cd1a", "cd1a-hyper9"]);
        a.ShouldBe(b);
    }
}
