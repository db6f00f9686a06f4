using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class WorkerFaultTests(FaultParts parts)
{
    [Fact]
    [Fault("A worker is killed (kill -9) in the middle of scripts and at an open prompt", "after its lease another worker finds the executions and the prompt again; nothing starts twice", Core = true)]
    public async Task A_worker_killed_in_mid_script_and_at_a_prompt_is_taken_over_and_nothing_runs_twice()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();
        var killed = await site.HolderAsync(FaultSite.AtPrompt);

        await site.Fleet.Worker(killed).KillAsync();
        (await site.HolderAsync(FaultSite.AtPrompt, other: killed)).ShouldNotBe(killed);

        await site.AllSucceedAsync();
        (await site.AuditAsync("lease-expired", FaultSite.AtPrompt)).Count.ShouldBe(1);
    }
}
