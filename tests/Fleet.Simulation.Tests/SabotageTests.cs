namespace Fleet.Simulation.Tests;

/// <summary>For each promise, one part is broken on purpose; the checker names that promise.</summary>
public sealed class SabotageTests
{
    [Theory]
    [InlineData("RunnerForgets", 1)]
    [InlineData("PhaseSkipped", 2)]
    [InlineData("FirstboxUnlocked", 3)]
    [InlineData("GuardSkipsANode", 4)]
    [InlineData("BudgetIgnored", 5)]
    [InlineData("AnswersAnyPrompt", 6)]
    [InlineData("UnknownIsSuccess", 7)]
    [InlineData("AuditForgotten", 8)]
    [InlineData("TranscriptLost", 9)]
    [InlineData("NoReconciler", 10)]
    public void A_broken_promise_is_named(string broken, int promise)
    {
        var sabotage = Enum.Parse<Sabotage>(broken);
        Enumerable.Range(1, 300).Any(seed => Histories.Run(seed, sabotage).Violations.Any(v => v.Promise == promise)).ShouldBeTrue($"nobody saw that {broken} breaks promise {promise}");
    }
}
