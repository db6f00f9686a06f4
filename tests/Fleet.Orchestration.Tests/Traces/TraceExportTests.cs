using System.Diagnostics;
using Fleet.Contracts.Traces;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Tests.Parts;
using Fleet.Orchestration.Traces;
using Fleet.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Orchestration.Tests.Traces;

/// <summary>What is owed to a receiver is given until it was taken, over a refusal and over a restart.</summary>
public sealed class TraceExportTests
{
    [Fact]
    public async Task A_receiver_that_takes_nothing_for_a_whole_rollout_gets_all_of_it_once_it_does()
    {
        var receiver = new Receiver();
        await using var fleet = await Coordinator.StartAsync([new FakeWorker("w1")], services: s => s.AddSingleton<IRecordedSpans>(receiver));
        await fleet.SeedAsync(Samples.Zone("pek1a"));
        var rollout = await fleet.StartRolloutAsync(["pek1a"]);
        await fleet.WaitForEndAsync(rollout.Id);
        await Eventually.BeTrueAsync(() => receiver.Refused > 0, Coordinator.Limit, default);

        receiver.Takes = true;

        await WholeAsync(receiver, rollout);
        receiver.Doubles.ShouldBeEmpty("while one leads, each is given until it is taken and no more");
    }

    [Fact]
    public async Task A_coordinator_that_was_started_again_gives_what_its_predecessor_could_not_and_the_same_of_what_it_gave()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-traces-").FullName;
        var settings = new Dictionary<string, string?> { ["Fleet:Data"] = folder };
        var first = new Receiver { Takes = true };
        var second = new Receiver { Takes = true };
        RolloutView rollout;
        await using (var fleet = await Coordinator.StartAsync([new FakeWorker("w1")], settings, s => s.AddSingleton<IRecordedSpans>(first)))
        {
            await fleet.SeedAsync(Samples.Zone("pek1a"));
            rollout = await fleet.StartRolloutAsync(["pek1a"]);
            await Eventually.BeTrueAsync(() => first.Taken.Count > 10, Coordinator.Limit, default);
            first.Takes = false;
            await fleet.WaitForEndAsync(rollout.Id);
        }

        await using (var fleet = await Coordinator.StartAsync([new FakeWorker("w1")], settings, s => s.AddSingleton<IRecordedSpans>(second)))
        {
            await WholeAsync(second, rollout);
            var again = second.Taken.ToDictionary(a => a.SpanId, Receiver.Content);
            foreach (var span in first.Taken)
                again[span.SpanId].ShouldBe(Receiver.Content(span));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Where_nobody_wants_spans_none_are_owed_later()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-traces-").FullName;
        var settings = new Dictionary<string, string?> { ["Fleet:Data"] = folder };
        var receiver = new Receiver { Takes = true };
        RolloutView ended;
        await using (var fleet = await Coordinator.StartAsync([new FakeWorker("w1")], settings))
        {
            await fleet.SeedAsync(Samples.Zone("pek1a"), Samples.Zone("sh1a"));
            ended = await fleet.WaitForEndAsync((await fleet.StartRolloutAsync(["pek1a"])).Id);
            await using var db = await fleet.Service<IDbContextFactory<FleetDbContext>>().CreateDbContextAsync();
            (await db.Leaders.Select(l => l.Name).ToListAsync()).ShouldBe(["reconciler"]);
        }

        await using (var fleet = await Coordinator.StartAsync([new FakeWorker("w1")], settings, s => s.AddSingleton<IRecordedSpans>(receiver)))
        {
            var rollout = await fleet.StartRolloutAsync(["sh1a"]);
            await fleet.WaitForEndAsync(rollout.Id);
            await WholeAsync(receiver, rollout);
            receiver.Taken.Select(a => a.TraceId.ToHexString()).Distinct().ShouldNotContain(SpanIds.Trace(ended.Id));
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The zone's and the rollout's trace are there, with their roots, and no span is without its parent.</summary>
    private static async Task WholeAsync(Receiver receiver, RolloutView rollout)
    {
        string[] traces = [SpanIds.Trace(rollout.Id), .. rollout.Zones.Select(z => SpanIds.Trace(z.Id))];
        await Eventually.BeTrueAsync(() => traces.All(t => receiver.Taken.Any(a => a.TraceId.ToHexString() == t && a.ParentId is null)), Coordinator.Limit, default, () => string.Join('\n', receiver.Taken.Select(a => a.DisplayName)));
        foreach (var trace in traces)
        {
            var spans = receiver.Taken.Where(a => a.TraceId.ToHexString() == trace).ToList();
            var ids = spans.Select(s => s.SpanId).ToHashSet();
            spans.Where(s => s.ParentId is not null && !ids.Contains(s.ParentSpanId)).Select(s => s.DisplayName).ShouldBeEmpty();
        }
    }

    private sealed class Receiver : IRecordedSpans
    {
        private readonly Lock _lock = new();
        private readonly List<Activity> _taken = [];

        public bool Wanted => true;

        public bool Takes { get; set; }

        public int Refused { get; private set; }

        public IReadOnlyList<Activity> Taken
        {
            get
            {
                lock (_lock)
                    return [.. _taken];
            }
        }

        public IEnumerable<string> Doubles => Taken.GroupBy(a => a.SpanId).Where(g => g.Count() > 1).Select(g => g.First().DisplayName);

        public static string Content(Activity span) =>
            $"{span.TraceId} {span.SpanId} {span.ParentSpanId} {span.DisplayName} {span.StartTimeUtc:O} {span.Duration} {span.Status} {string.Join(',', span.TagObjects.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}={t.Value}"))} {string.Join(',', span.Events.Select(e => $"{e.Name}{e.Timestamp:O}"))} {span.Links.Count()}";

        public Task<bool> ExportAsync(IReadOnlyList<Activity> spans, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                if (Takes)
                    _taken.AddRange(spans);
                else
                    Refused++;
                return Task.FromResult(Takes);
            }
        }
    }
}
