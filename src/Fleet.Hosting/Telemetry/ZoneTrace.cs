using System.Diagnostics;
using Fleet.Contracts.Traces;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Fleet.Hosting.Telemetry;

/// <summary>The trace that a log line belongs to: of the zone upgrade that is worked on, where a scope names it; else the one that is under way.</summary>
internal sealed class ZoneTrace : BaseProcessor<LogRecord>
{
    /// <summary>In the scope of whatever is done for a zone upgrade.</summary>
    public const string Key = "TraceId";

    public static string? Of(IExternalScopeProvider? scopes)
    {
        var found = new Found();
        scopes?.ForEachScope(static (scope, found) => found.Look(scope), found);
        return found.Trace ?? Activity.Current?.TraceId.ToHexString();
    }

    public override void OnEnd(LogRecord data)
    {
        var found = new Found();
        data.ForEachScope(static (scope, found) => found.Look(scope.Scope), found);
        if (!Guid.TryParseExact(found.Trace, "N", out var owner) || data.TraceId.ToHexString() == found.Trace)
            return;
        // The span under way is of another trace, or there is none, and an entry without a span would be sent without its trace.
        data.TraceId = ActivityTraceId.CreateFromString(found.Trace);
        data.SpanId = ActivitySpanId.CreateFromString(SpanIds.Root(owner));
    }

    private sealed class Found
    {
        public string? Trace { get; private set; }

        public void Look(object? scope)
        {
            if (scope is IEnumerable<KeyValuePair<string, object>> values)
                Trace = values.FirstOrDefault(v => v.Key == Key).Value as string ?? Trace;
        }
    }
}
