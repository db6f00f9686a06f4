using Fleet.Worker.Executions;
using Fleet.Worker.Steps;
using Fleet.Worker.Traces;

namespace Fleet.Worker.Phases;

/// <summary>What takes a step its time, each with a span of its own.</summary>
internal sealed partial class StepContext
{
    public async Task<UploadOutcome> UploadPackageAsync(string remotePath, CancellationToken cancellationToken)
    {
        await RecordStartAsync(null, null, null, cancellationToken);
        var progress = new SentSoFar(sent => Progress("upload", sent, scope.Command.Package.Size));
        using var span = scope.Spans.OfStep("upload", step.Name, Attempt);
        span.Set("fleet.upload.size", scope.Command.Package.Size);
        try
        {
            var outcome = await LimitedAsync(async ct =>
            {
                await scope.Lease.WhenHeldAsync(ct);
                return await scope.Link.UseAsync((shell, runner) => scope.Uploads.UploadAsync(shell, runner, scope.Command.Package, remotePath, scope.Epoch, progress, ct), ct);
            }, cancellationToken);
            Tell(span, outcome);
            return outcome;
        }
        catch (Exception e) when (span.Saw(e))
        {
            throw;
        }
    }

    private void Tell(WorkSpan span, UploadOutcome outcome)
    {
        span.Set("fleet.upload.bytes", outcome.Bytes);
        span.Set("fleet.upload.already_there", outcome.AlreadyThere);
        if (outcome is { Ok: true, AlreadyThere: false } && scope.Command.Package.OnFirstbox is null)
            span.Set("fleet.upload.resumed_from", scope.Command.Package.Size - outcome.Bytes);
        if (outcome.Problem is { } problem)
            span.Fail(problem.Code);
    }

    private async Task<ExecutionOutcome> StayAsync(ExecutionFollower follower, ExecutionAction action, StartExecution? start, string id, string part, long stored, CancellationToken cancellationToken)
    {
        using var span = scope.Spans.OfStep("execution", step.Name, Attempt);
        span.Set("fleet.execution.id", id);
        span.Set("fleet.execution.part", part);
        span.Set("fleet.execution.how", action switch { ExecutionAction.Start => "start", ExecutionAction.TakeResult => "take-result", _ => "follow" });
        span.Set("fleet.transcript.offset", stored);
        try
        {
            var outcome = await follower.RunAsync(start, action == ExecutionAction.TakeResult, cancellationToken);
            TranscriptOffset = follower.Stored;
            span.Set("fleet.execution.exit_code", outcome.ExitCode);
            span.Set("fleet.transcript.end", follower.Stored);
            if (outcome.Problem is { } problem)
                span.Fail(problem.Code);
            return outcome;
        }
        catch (Exception e) when (span.Saw(e))
        {
            throw;
        }
    }
}
