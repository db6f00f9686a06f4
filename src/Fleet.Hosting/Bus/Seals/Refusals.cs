using System.Diagnostics.Metrics;
using Fleet.Hosting.Metrics;
using Microsoft.Extensions.Logging;

namespace Fleet.Hosting.Bus.Seals;

/// <summary>Messages that nobody may see: each is counted, and one a minute of each kind is logged, since whoever forges may send many.</summary>
internal sealed partial class Refusals(TimeProvider time, ILogger<Refusals> logger) : IDisposable
{
    /// <summary>It carries no seal.</summary>
    public const string Unsealed = "unsealed";

    /// <summary>Its seal is of no key that is known, or it was changed.</summary>
    public const string Forged = "forged";

    /// <summary>It was sealed for another queue.</summary>
    public const string Astray = "astray";

    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    private readonly Meter _meter = new(HostingMetrics.Meter);
    private readonly Dictionary<(string Queue, string Why), (long ToldAt, int Since)> _told = [];
    private Counter<double>? _counter;

    public void Tell(string queue, string why)
    {
        // A worker's own queue has a name of its own: labels must not grow with each.
        var kind = queue.StartsWith("fleet-", StringComparison.Ordinal) ? string.Join('-', queue.Split('-').Take(2)) : "other";
        lock (_told)
        {
            (_counter ??= HostingMetrics.BusRefused.Counter(_meter)).Add(1, new("queue", kind), new("reason", why));
            var known = _told.TryGetValue((kind, why), out var last);
            if (known && time.GetElapsedTime(last.ToldAt) < Between)
            {
                _told[(kind, why)] = last with { Since = last.Since + 1 };
                return;
            }

            _told[(kind, why)] = (time.GetTimestamp(), 0);
            LogRefused(queue, why, last.Since);
        }
    }

    public void Dispose() => _meter.Dispose();

    [LoggerMessage(4030, LogLevel.Error, "A message in {Queue} was refused, for it is {Reason}, and {More} like it since this was last told: somebody else writes to the broker, or the processes have different Fleet:Bus:KeyFile")]
    private partial void LogRefused(string queue, string reason, int more);
}
