using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases;

internal sealed partial class PhaseRun
{
    [LoggerMessage(3001, LogLevel.Information, "Attached to {Zone} for phase {Phase}, epoch {Epoch}; next is {Step}")]
    private partial void LogAttached(string zone, string phase, long epoch, string step);

    [LoggerMessage(3002, LogLevel.Error, "Step {Step} of {Zone} broke off")]
    private partial void LogBroken(Exception exception, string step, string zone);
}
