using System.Text.Json;
using Fleet.Contracts.Decisions;
using Fleet.EndToEnd.Tests.Faults.Recording;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>Fleet's own state is lost while zones are in flight, and comes back from a backup that is older than what the zones did since.</summary>
[Collection(nameof(FaultParts))]
public sealed class RestoreFaultTests(FaultParts parts)
{
    private const string InPackagesToo = "upgrade_pkgs.component.proxy.proxy";
    private static readonly string[] Ended = [FaultSite.InPreUpgrade, FaultSite.AtPrompt];
    private static readonly string[] InMidWork = [FaultSite.InBootstrap, FaultSite.OnNodes];
    private static readonly string[] WentOn = [.. Ended, .. InMidWork];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Fault(
        "The embedded default is lost with its disk; a backup that is older than what the zones did since is restored into an empty folder",
        "each zone that went on is asked about before anything changes there; what ran is found and not run again", Core = true)]
    public async Task A_restored_backup_on_SQLite_finds_out_what_the_zones_did_since()
    {
        await using var site = await FaultSite.EmbeddedAsync();
        await site.SpreadAsync();
        using var folder = new TemporaryFolder();
        var backup = Path.Combine(folder.Path, "fleet.tar");
        await site.Process.BackupAsync(backup, Cancellation);

        await GoOnAsync(site);
        await site.Process.KillAsync();
        var before = Changes(site);
        await site.Process.RestoreAsync(backup, Path.Combine(folder.Path, "restored"), Cancellation);
        await site.RecordAsync(StoreRecorder.Sqlite(Path.Combine(site.Process.Data, "fleet.db")));

        await FindsOutAsync(site, before);
    }

    [Fact]
    [Fault(
        "PostgreSQL and the coordinator's folder are lost while workers go on; a backup that is older than what the zones did since is restored into an empty database",
        "the workers' old dispatches are taken from them; each zone that went on is asked about before anything changes there; what ran is found and not run again")]
    public async Task A_restored_backup_on_PostgreSQL_finds_out_what_the_zones_did_since()
    {
        await using var site = await FaultSite.StartAsync(parts);
        await site.SpreadAsync();
        using var folder = new TemporaryFolder();
        var backup = Path.Combine(folder.Path, "fleet.tar");
        var coordinator = site.Fleet.Coordinators.Single();
        await coordinator.BackupAsync(backup, Cancellation);

        await GoOnAsync(site);
        await coordinator.KillAsync();
        var before = Changes(site);
        var empty = new Dictionary<string, string?> { ["Fleet__Store__ConnectionString"] = await parts.Database.CreateDatabaseAsync(Cancellation) };
        await coordinator.RestoreAsync(backup, Path.Combine(folder.Path, "restored"), Cancellation, empty);
        await site.RecordAsync(StoreRecorder.Postgres(empty["Fleet__Store__ConnectionString"]!));

        await FindsOutAsync(site, before);
    }

    /// <summary>After the backup: two zones come to their end, two go on into later phases and stand in mid-work there.</summary>
    private static async Task GoOnAsync(FaultSite site)
    {
        foreach (var zone in InMidWork)
            site.Zone(zone).CloseGate(InPackagesToo);
        (await site.Operator.AnswerAsync(await site.PromptAsync(), new Reply(Choices.Yes), Cancellation)).ShouldBeNull();
        site.OpenGatesOf(WentOn);
        foreach (var zone in InMidWork)
            await site.Zone(zone).WaitAtGateAsync(InPackagesToo, FaultSite.Limit, Cancellation);
        await Eventually.BeTrueAsync(
            async () => (await site.Operator.ShowAsync(site.Rollout, Cancellation)).Items("zones").Where(z => Ended.Contains(z.Text("name"))).All(z => z.Text("state") == "succeeded"),
            FaultSite.Limit, Cancellation, () => site.Outputs);
    }

    private static string Changes(FaultSite site) => string.Join(
        Environment.NewLine, WentOn.SelectMany(z => site.Zone(z).Journal().Where(e => e.What is "begin" or "node-effect" or "answer").Select(e => $"{z}: {e}")));

    private static async Task FindsOutAsync(FaultSite site, string before)
    {
        site.WentOn = WentOn;
        await Eventually.BeTrueAsync(
            async () => (await site.Operator.OpenDecisionsAsync(Cancellation)).Where(IsAhead).Select(d => d.Text("zone")).Order().SequenceEqual(WentOn.Order()),
            FaultSite.Limit, Cancellation, () => site.Outputs);
        // What was ordered since is lost with the record, an abort too: nothing new begins before somebody has looked.
        (await site.Operator.ShowAsync(site.Rollout, Cancellation)).ShouldSatisfyAllConditions(
            r => r.Text("state").ShouldBe("paused"), r => r.GetProperty("reason").GetProperty("code").GetString().ShouldBe("paused-after-restore"));
        // Nothing was changed on them before somebody was asked.
        Changes(site).ShouldBe(before);
        (await site.AuditAsync("dispatch-lost")).Count.ShouldBe(6);
        await site.Operator.DoAsync(Cancellation, "rollout", "resume", site.Rollout);
        foreach (var zone in InMidWork)
            site.Zone(zone).OpenGate(InPackagesToo);

        var shown = await site.EndsWellAsync(d => d.Items("choices").Select(c => c.GetString()).FirstOrDefault(c => c is Choices.Ours or Choices.CheckAgain) is { } choice ? new Reply(choice) : null);
        shown.Text("state").ShouldBe("succeeded", shown + site.Outputs);
    }

    private static bool IsAhead(JsonElement decision) => decision.GetProperty("question").ToString().Contains("went on after the backup", StringComparison.Ordinal);
}
