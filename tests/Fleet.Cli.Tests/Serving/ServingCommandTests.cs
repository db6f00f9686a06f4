using Fleet.Cli.Tests.Processes;
using Fleet.Testing;

namespace Fleet.Cli.Tests.Serving;

/// <summary>What a cluster or a watchdog runs beside <c>fleet serve</c>.</summary>
public sealed class ServingCommandTests(ServedFleet fleet) : IClassFixture<ServedFleet>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Health_says_whether_the_process_of_this_machine_is_ready()
    {
        var (code, output) = await Run.FleetAsync("health", "--listen", fleet.Url);
        (code, output.Trim()).ShouldBe((0, "ready"));
        (code, output) = await Run.FleetAsync(new Dictionary<string, string?> { ["Fleet__Listen"] = fleet.Url.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal) }, "health", "--live");
        (code, output.Trim()).ShouldBe((0, "ready"), "asked where it listens, by the setting that it has");
        (code, output) = await Run.FleetAsync("health", "--listen", $"http://127.0.0.1:{Loopback.FreePort()}");
        code.ShouldBe(1);
        output.ShouldContain("does not answer");
        (code, output) = await Run.FleetAsync("health", "--listen", "here");
        (code, output.Contains("it takes a URL", StringComparison.Ordinal)).ShouldBe((2, true), output);
    }

    [Fact]
    public async Task Migrate_makes_the_store_and_does_nothing_the_second_time()
    {
        var (code, output) = await Run.FleetAsync("migrate", "--data", At("data"));
        code.ShouldBe(0, output);
        output.ShouldContain("The store is up to date; applied: ");
        output.ShouldContain("_Initial");
        File.Exists(At("data", "fleet.db")).ShouldBeTrue();
        (code, output) = await Run.FleetAsync("migrate", "--data", At("data"));
        (code, output.Trim()).ShouldBe((0, "The store is up to date."));
        (code, output) = await Run.FleetAsync("migrate", "--data", fleet.Data);
        code.ShouldBe(2, output);
        output.ShouldContain("another fleet serve uses now");
        (code, output) = await Run.FleetAsync(new Dictionary<string, string?> { ["Fleet__Store__Provider"] = "oracle" }, "migrate", "--data", At("other"));
        code.ShouldBe(2, output);
        output.ShouldContain("allowed are sqlite and postgres");
        output.ShouldNotContain("   at ", Case.Sensitive, "no stack traces");
    }

    [Fact]
    public async Task Settings_are_read_out_of_files_named_like_them()
    {
        Directory.CreateDirectory(At("secrets"));
        await File.WriteAllTextAsync(At("secrets", "Fleet__Store__Provider"), "oracle\n");
        var (code, output) = await Run.FleetAsync(new Dictionary<string, string?> { ["Fleet__Secrets"] = At("secrets") }, "serve", "--data", At("data"));
        code.ShouldBe(2, output);
        output.ShouldContain("\"oracle\"; allowed are sqlite and postgres");
        (code, output) = await Run.FleetAsync(new Dictionary<string, string?> { ["Fleet__Secrets"] = At("none") }, "serve", "--data", At("data"));
        code.ShouldBe(2, output);
        output.ShouldContain("Fleet:Secrets is '");
    }

    [Fact]
    public async Task Who_may_not_migrate_waits_until_somebody_has_and_ends_when_told_to()
    {
        var url = $"http://127.0.0.1:{Loopback.FreePort()}";
        var settings = new Dictionary<string, string?>(Run.Spoken(new Dictionary<string, string?>())) { ["Fleet__Store__Migrate"] = "false", ["Fleet__Store__ConnectionString"] = $"Data Source={At("shared.db")}" };
        await using var impatient = ChildProcess.Start(Run.File, ["serve", "--data", At("one"), "--listen", $"http://127.0.0.1:{Loopback.FreePort()}"], settings);
        await using var waiting = ChildProcess.Start(Run.File, ["serve", "--data", At("two"), "--listen", url], settings);
        foreach (var process in new[] { impatient, waiting })
            await Eventually.BeTrueAsync(() => process.Output.Contains("waits until fleet migrate has applied them", StringComparison.Ordinal), TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken, () => process.Output);
        (await Run.FleetAsync("health", "--listen", url)).ExitCode.ShouldBe(1, "nobody is told that it is ready");

        impatient.Signal("TERM");
        await impatient.WaitForExitAsync(TestContext.Current.CancellationToken);
        impatient.ExitCode.ShouldBe(0, impatient.Output);
        impatient.Output.ShouldNotContain("   at ", Case.Sensitive, "no stack traces");

        var (code, output) = await Run.FleetAsync(new Dictionary<string, string?> { ["Fleet__Store__ConnectionString"] = $"Data Source={At("shared.db")}" }, "migrate", "--data", At("three"));
        code.ShouldBe(0, output);
        await Eventually.BeTrueAsync(async () => (await Run.FleetAsync("health", "--listen", url)).ExitCode == 0, TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken, () => waiting.Output);
    }

    private string At(params string[] parts) => Path.Combine([folder.Path, .. parts]);
}
