using System.Security.Cryptography;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class WorkerFaultTests(FaultParts parts)
{
    private const int Megabyte = 1024 * 1024;

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
        (await site.AuditAsync("lease-expired", FaultSite.AtPrompt)).ShouldNotBeEmpty();
    }

    [Fact]
    [Fault("A worker is frozen (SIGSTOP) past its lease and wakes up (SIGCONT)", "another has taken over; the zone's fence refuses the old one, which lets go")]
    public async Task A_worker_frozen_past_its_lease_changes_nothing_when_it_wakes_up()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();
        var frozen = await site.HolderAsync(FaultSite.AtPrompt);

        site.Fleet.Worker(frozen).Signal("STOP");
        await site.HolderAsync(FaultSite.AtPrompt, other: frozen);
        site.Fleet.Worker(frozen).Signal("CONT");

        await site.AllSucceedAsync();
        (await site.AuditAsync("lease-expired", FaultSite.AtPrompt)).ShouldNotBeEmpty();
        await site.HoldsNothingAsync(frozen);
    }

    [Fact]
    [Fault("A worker is frozen in the middle of an upload and wakes up while another goes on with the file", "the bytes that arrived are taken over under another name; the digest is read on the zone before the file gets its own")]
    public async Task An_upload_taken_over_in_mid_file_arrives_whole_while_the_old_worker_wakes_up()
    {
        await using var site = await FaultSite.StartAsync(parts, o => o with { BreakableLinks = true, PackagePadding = 24 * Megabyte });
        var link = site.Fleet.Links[FaultSite.InPackages];
        link.Throttle(3 * Megabyte);
        await site.BeginAsync();
        await Eventually.BeTrueAsync(() => link.Passed(Flow.ToServer) > 8 * Megabyte, FaultSite.Limit, TestContext.Current.CancellationToken, () => site.Outputs);
        var frozen = await site.HolderAsync(FaultSite.InPackages);

        site.Fleet.Worker(frozen).Signal("STOP");
        await site.HolderAsync(FaultSite.InPackages, other: frozen);
        site.Fleet.Worker(frozen).Signal("CONT");
        link.Heal();

        await site.AllSucceedAsync();
        var package = site.Lab.Package;
        Convert.ToHexStringLower(SHA256.HashData(site.Zone(FaultSite.InPackages).ReadBytes("/root/" + Path.GetFileName(package.Path)))).ShouldBe(package.Digest.Replace("sha256:", "", StringComparison.Ordinal));
    }
}
