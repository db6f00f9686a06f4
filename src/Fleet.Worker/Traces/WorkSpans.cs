using System.Diagnostics;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Traces;

namespace Fleet.Worker.Traces;

/// <summary>
/// What a worker does on a zone, as spans in the zone upgrade's trace. Each is a child of a span that the coordinator writes from its records, never of another one of a worker's:
/// one that is lost with its worker leaves nothing without a parent.
/// </summary>
internal sealed class WorkSpans(ExecutePhase command, string workerId)
{
    public const string SourceName = "Fleet.Worker";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Below the dispatch: what no step does.</summary>
    public WorkSpan OfDispatch(string name, ActivityKind kind) => Begin(name, kind, SpanIds.Dispatch(command.ZoneUpgradeId, command.Epoch));

    public WorkSpan OfStep(string name, string step, int attempt)
    {
        var span = Begin(name, ActivityKind.Internal, SpanIds.Step(command.ZoneUpgradeId, command.Phase, step, attempt));
        span.Set("fleet.step", step);
        span.Set("fleet.attempt", attempt);
        return span;
    }

    private WorkSpan Begin(string name, ActivityKind kind, string parent)
    {
        if (!SpanIds.IsOwn(command.ZoneUpgradeId, command.TraceParent))
            return new WorkSpan(null);
        var before = Activity.Current;
        var context = new ActivityContext(ActivityTraceId.CreateFromString(SpanIds.Trace(command.ZoneUpgradeId)), ActivitySpanId.CreateFromString(parent), ActivityTraceFlags.Recorded, isRemote: true);
        var activity = Source.StartActivity(name, kind, context);
        // Messages that are sent meanwhile are no part of it: they would be left without a parent if it were lost.
        Activity.Current = before;
        var span = new WorkSpan(activity);
        span.Set("fleet.zone", command.Zone);
        span.Set("fleet.rollout.id", command.RolloutId.ToString("N"));
        span.Set("fleet.phase", command.Phase);
        span.Set("fleet.epoch", command.Epoch);
        span.Set("cicd.worker.id", workerId);
        return span;
    }
}

/// <summary>A span under way; nothing where nobody listens.</summary>
internal sealed class WorkSpan(Activity? activity) : IDisposable
{
    public void Set(string name, object? value)
    {
        if (value is not null)
            activity?.SetTag(name, value);
    }

    /// <param name="why">A code.</param>
    public void Fail(string why)
    {
        activity?.SetTag("error.type", why);
        activity?.SetStatus(ActivityStatusCode.Error, why);
    }

    /// <summary>Notes a failure that goes on its way.</summary>
    /// <returns>False, for a filter.</returns>
    public bool Saw(Exception failure)
    {
        Fail(failure switch
        {
            Ssh.SshLinkException link => link.Reason.Code,
            OperationCanceledException => "cancelled",
            _ => failure.GetType().Name,
        });
        return false;
    }

    public void Dispose()
    {
        var current = Activity.Current;
        activity?.Dispose();
        Activity.Current = current;
    }
}
