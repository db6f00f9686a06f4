using System.Text;
using Fleet.Contracts.Phases;
using Fleet.Sealing;
using Fleet.Testing;
using Fleet.Worker.Phases;
using Fleet.Worker.Tests.Phases.Scripted;

namespace Fleet.Worker.Tests.Phases;

/// <summary>Nothing that a worker tells has a secret in it, and what it hides is kept sealed.</summary>
public sealed class HiddenOutputTests
{
    private const string Secret = "S3cr3t-Horse";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_that_a_command_prints_is_hidden_in_its_transcript_and_in_what_is_told_of_its_failure()
    {
        var zone = new ScriptedZone();
        zone.On("tool", async terminal =>
        {
            await terminal.PrintAsync($"login with {Secret}\nmysql password=hun");
            await terminal.PrintAsync("ter2\nE: failed\n");
            return 1;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        worker.Secrets.Add("pek1a", "the password of root@box:22", Secret);
        await worker.SendAsync(Small.Command());
        var held = await worker.ReportAsync<PhaseHeld>();
        var finished = await worker.ReportAsync<StepFinished>();

        const string Shown = "login with ************\nmysql password=*******\nE: failed\n";
        worker.Transcripts.Text(finished.ExecutionId!).ShouldBe(Shown);
        finished.TranscriptOffset.ShouldBe(Shown.Length);
        foreach (var finding in finished.Findings.Append(held.Decision.Question))
            finding.Lines.ShouldAllBe(l => !l.Contains("Horse") && !l.Contains("hunter2"));
        held.Decision.Question.Lines.ShouldContain("mysql password=*******");

        var hidden = worker.Transcripts.Sealed.SelectMany(s => SealedPiece.Open(WorkerUnderTest.Key, s.Execution, s.Piece.Span)!).ToDictionary(h => h.Offset, h => Encoding.UTF8.GetString(h.Bytes.Span));
        hidden.ShouldBe(new Dictionary<long, string> { [11] = Secret, [39] = "hunter2" }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_secret_of_another_zone_is_not_looked_for()
    {
        var zone = new ScriptedZone();
        zone.On("tool", async terminal =>
        {
            await terminal.PrintAsync($"{Secret}\n");
            return 0;
        });
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        worker.Secrets.Add("sh1a", "the password of root@box:22", Secret);
        await worker.SendAsync(Small.Command());
        await worker.ReportAsync<PhaseSucceeded>();
        worker.Transcripts.Text((await worker.ReportAsync<StepFinished>()).ExecutionId!).ShouldBe($"{Secret}\n");
    }

    [Fact]
    public async Task A_question_is_in_the_transcript_while_it_is_open_and_told_without_the_secret_in_it()
    {
        var zone = new ScriptedZone();
        zone.On("tool", async terminal => await terminal.AskAsync($"Use {Secret}?") == "yes" ? 0 : 1);
        await using var worker = await WorkerUnderTest.StartAsync(Small.Runbook(Small.Shell("a", "tool")), zone);
        worker.Secrets.Add("pek1a", "the password of root@box:22", Secret);
        await worker.SendAsync(Small.Command());
        var raised = await worker.ReportAsync<PromptRaised>();
        raised.Text.ShouldBe("Use ************?");
        raised.Context.ShouldAllBe(l => !l.Contains("Horse"));
        await Eventually.BeTrueAsync(() => worker.Transcripts.Text(raised.ExecutionId) == "Use ************?", WorkerUnderTest.Soon, Cancel, () => worker.Transcripts.Text(raised.ExecutionId));
        await worker.TellAsync(new AnswerPrompt { ZoneUpgradeId = raised.ZoneUpgradeId, Epoch = raised.Epoch, DecisionId = Guid.NewGuid(), ExecutionId = raised.ExecutionId, Offset = raised.Offset, Text = "yes" });
        await worker.ReportAsync<PhaseSucceeded>();
    }
}
