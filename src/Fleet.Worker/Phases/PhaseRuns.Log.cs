using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Phases;

internal sealed partial class PhaseRuns
{
    [LoggerMessage(3011, LogLevel.Debug, "{Action}: phase {Phase} of {Zone}, epoch {Epoch}")]
    private partial void LogOffered(DispatchAction action, string zone, string phase, long epoch);

    [LoggerMessage(3012, LogLevel.Warning, "The lease of {Zone} for phase {Phase}, epoch {Epoch}, is lost; its zone is not touched any more")]
    private partial void LogLost(string zone, string phase, long epoch);

    [LoggerMessage(3013, LogLevel.Error, "The run of {Zone}, phase {Phase}, epoch {Epoch}, broke off")]
    private partial void LogBroken(Exception exception, string zone, string phase, long epoch);
}
