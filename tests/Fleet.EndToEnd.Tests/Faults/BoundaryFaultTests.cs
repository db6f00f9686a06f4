using Fleet.Checking;
using Fleet.EndToEnd.Tests.Faults.Recording;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>Processes that die in the very moment between two things that belong together.</summary>
[Collection(nameof(FaultParts))]
public sealed class BoundaryFaultTests(FaultParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault("The worker that holds a zone is killed (kill -9) as soon as a step's start is committed, and its end: at every boundary between steps, some forty times", "each step's start and end are rows; whoever takes over asks the zone what became of it; where a start was recorded and did not reach the zone, a person is asked")]
    public async Task A_worker_killed_at_every_boundary_between_steps_repeats_no_step()
    {
        await using var site = await FaultSite.StartAsync(parts, o => o with { Workers = 3 });
        await site.BeginAsync();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var killer = new BoundaryKiller(site);
        var killing = killer.RunAsync(over.Token);

        // The start is on record and the zone knows nothing of it: to begin then is a person's decision.
        var shown = await site.EndsWellAsync(d => d.Text("kind") == "unknown-outcome" ? new Reply("retry") : null);
        shown.Text("state").ShouldBe("succeeded", shown + site.Outputs);

        await over.CancelAsync();
        await killing;
        killer.Boundaries.Count.ShouldBeGreaterThan(30, string.Join(", ", killer.Boundaries.Order()));
    }

    [Fact]
    [Fault("The coordinator is killed (kill -9) right after a commit and before it publishes anything of it, fifteen times", "rows say what is owed; what was never published is derived from them and sent after the start")]
    public async Task A_coordinator_killed_between_commit_and_publish_owes_nothing_less_after_its_start()
    {
        const int Times = 15;
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "fail");
        await using var site = await FaultSite.StartAsync(parts, o => o with
        {
            Settings = new Dictionary<string, string?>(o.Settings) { ["DOTNET_STARTUP_HOOKS"] = typeof(BoundaryFaultTests).Assembly.Location.Replace("Fleet.EndToEnd.Tests.dll", "Fleet.FailPoint.dll", StringComparison.Ordinal), ["FLEET_FAIL_POINT"] = file },
        });
        var coordinator = site.Fleet.Coordinators.Single();
        await site.SpreadAsync();
        site.OpenGates();

        for (var i = 0; i < Times; i++)
        {
            // One, two, … commits further each time, over what kinds of commits there are.
            await File.WriteAllTextAsync(file, $"{i % 5}", Cancellation);
            await Eventually.BeTrueAsync(() => coordinator.HasExited, FaultSite.Limit, Cancellation, () => site.Outputs);
            await coordinator.StartAgainAsync(Cancellation);
        }

        File.Delete(file);
        await site.AllSucceedAsync();
    }

    /// <summary>Watches rows as they are committed, and kills whoever holds a zone at a boundary that nobody was killed at yet.</summary>
    private sealed class BoundaryKiller(FaultSite site)
    {
        private readonly StoredRows rows = new();
        private readonly List<Task> starting = [];
        private readonly Dictionary<Guid, ZoneRow> known = [];

        public HashSet<string> Boundaries { get; } = [];

        public async Task RunAsync(CancellationToken over)
        {
            var read = 0L;
            while (!over.IsCancellationRequested)
            {
                foreach (var row in await site.Recorder.ReadAsync(CancellationToken.None, read))
                {
                    read = row.Number;
                    if (row.Source == "zone_upgrades")
                        await LookAsync(rows.ZoneUpgrade(row.Document, row.At));
                }

                await Task.Delay(10, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await Task.WhenAll(starting);
        }

        private async Task LookAsync(ZoneRow row)
        {
            var before = known.GetValueOrDefault(row.ZoneUpgradeId);
            known[row.ZoneUpgradeId] = row;
            foreach (var (step, now) in row.Steps.Where(s => s.Value.State is "started" or "succeeded" && before?.Steps.GetValueOrDefault(s.Key)?.State != s.Value.State))
            {
                // Who has died since is another boundary's; another zone comes by here.
                if (row.Worker is not { } worker || Boundaries.Contains($"{step} {now.State}") || site.Fleet.Workers.FirstOrDefault(w => worker.Contains($"-{w.ProcessId}-", StringComparison.Ordinal)) is not { HasExited: false } process)
                    continue;
                Boundaries.Add($"{step} {now.State}");
                await process.KillAsync();
                starting.Add(process.StartAgainAsync(CancellationToken.None));
            }
        }
    }
}
