using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckServices;

/// <summary>
/// Waits until every service of the firstbox runs (Q8), judged by states, and names each that does not. Options: <c>wait</c>, how long services may be on their way;
/// <c>interval</c>, the pause between two looks.
/// </summary>
internal sealed class CheckServicesStep : IStepKind
{
    public string Name => "check-services";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var wait = context.DurationOption("wait", TimeSpan.FromMinutes(3));
        var interval = context.DurationOption("interval", TimeSpan.FromSeconds(10));
        var command = context.Expand(context.Step.Command ?? "supervisorctl status");
        // The first looks come close together: most sites are well at once, or a moment later.
        var pause = TimeSpan.FromTicks(Math.Max(TimeSpan.FromMilliseconds(200).Ticks, Math.Min(interval.Ticks / 8, TimeSpan.FromSeconds(1).Ticks)));
        for (var waited = TimeSpan.Zero; ; waited += pause, pause = TimeSpan.FromTicks(Math.Min(interval.Ticks, pause.Ticks * 2)))
        {
            var result = await context.ReadAsync($"export LC_ALL=C\n( {command}\n) </dev/null 2>&1\nexit 0\n", cancellationToken);
            var status = SupervisorStatus.Read(result.Text);
            if (status.AllRunning)
                return StepResult.Succeeded();
            if (!status.IsSettling || waited + pause > wait)
                return ServicesVerdict.Of(status);
            context.Progress("services", status.Services.Count(s => s.IsRunning), status.Services.Count);
            await context.DelayAsync(pause, cancellationToken);
        }
    }
}

internal static class ServicesVerdict
{
    public static StepResult Of(SupervisorStatus status)
    {
        if (status.NoAnswer)
            return StepResult.Failed(Finding.Of("services-no-answer").WithLines(status.OtherLines));
        var down = status.NotRunning;
        return StepResult.Failed(
            Finding.Of("services-not-running", ("services", string.Join(", ", down.Select(s => $"{s.Name} ({s.State})"))))
                .WithLines(down.Select(s => $"{s.Name} {s.State} {s.Detail}".TrimEnd())));
    }
}
