using Fleet.Testing;

namespace Fleet.Cli.Tests.Processes;

public sealed class ProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fleet-cli-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("--help")]
    [InlineData("rollout start --help")]
    [InlineData("zones trust --help")]
    public async Task Help_ends_with_an_example(string line)
    {
        var (code, output) = await Run.FleetAsync(line.Split(' '));
        code.ShouldBe(0);
        output.ShouldContain("Example");
        output.ShouldContain("fleet ");
    }

    [Theory]
    [InlineData("zones frobnicate")]
    [InlineData("rollout start --zones all")]
    [InlineData("zones list -o xml")]
    [InlineData("zones list --server nowhere")]
    public async Task Wrong_use_ends_with_2_and_a_sentence(string line)
    {
        var (code, output) = await Run.FleetAsync(line.Split(' '));
        code.ShouldBe(2);
        output.ShouldNotContain("   at ", Case.Sensitive, "no stack traces");
        output.Trim().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_with_4_and_says_what_to_do()
    {
        var (code, output) = await Run.FleetAsync("zones", "list");
        code.ShouldBe(4);
        output.ShouldContain("cannot be reached");
        output.ShouldContain("fleet serve");
    }

    [Fact]
    public async Task A_file_that_is_not_there_ends_with_2()
    {
        (await Run.FleetAsync("zones", "import", Path.Combine(folder, "none.yaml"))).ShouldBe((2, $"{folder}/none.yaml is not there.\n"));
        (await Run.FleetAsync("packages", "add", folder)).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task A_runbook_is_checked_without_a_server()
    {
        var file = Path.Combine(folder, "site.yaml");
        await File.WriteAllTextAsync(file, "apiVersion: fleet/v1\nname: Wrong\nversion: 1\nsettings: {}\nphases: []\n");
        var (code, output) = await Run.FleetAsync("runbook", "validate", file);
        code.ShouldBe(2);
        output.ShouldContain($"{file}:2:7  name: ");
        output.Split('\n').Length.ShouldBeGreaterThan(2, "all errors at once");
        var (_, json) = await Run.FleetAsync("runbook", "validate", file, "-o", "json");
        System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("ok").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_with_wrong_settings_does_not_start_and_names_them_all()
    {
        var (code, output) = await Run.FleetAsync(
            new Dictionary<string, string?>
            {
                ["Fleet__Bus__Transport"] = "pigeon",
                ["Fleet__Store__Provider"] = "stone",
                ["Fleet__Worker__MaxZones"] = "0",
                ["Fleet__Ssh__MaxConnecting"] = "1000",
                ["Fleet__Lease"] = "soon",
            },
            "serve", "--data", Path.Combine(folder, "data"), "--listen", "http://0.0.0.0:7070", "--roles", "coordinator,cook");
        code.ShouldBe(2);
        foreach (var key in new[] { "Fleet:Listen", "Fleet:Roles", "Fleet:Bus:Transport", "Fleet:Store:Provider", "Fleet:Lease" })
            output.ShouldContain(key);
        output.ShouldContain("--allow-remote");
        Directory.Exists(Path.Combine(folder, "data")).ShouldBeFalse("nothing is begun");
        var (_, worker) = await Run.FleetAsync(new Dictionary<string, string?> { ["Fleet__Worker__MaxZones"] = "0", ["Fleet__Ssh__MaxConnecting"] = "1000" }, "serve", "--data", folder);
        worker.ShouldContain("Fleet:Worker:MaxZones");
        worker.ShouldContain("Fleet:Ssh:MaxConnecting");
    }

    [Fact]
    public async Task Settings_that_are_no_numbers_or_times_are_all_named_with_what_is_allowed()
    {
        var (code, output) = await Run.FleetAsync(
            new Dictionary<string, string?>
            {
                ["Fleet__Worker__MaxZones"] = "abc",
                ["Fleet__Worker__PromptQuiet"] = "soon",
                ["Fleet__Ssh__MaxConnecting"] = "abc",
                ["Fleet__Artifacts__Tries"] = "few",
                ["Fleet__Server__Url"] = "here",
                ["Fleet__Transcripts__MaxBytes"] = "all",
            },
            "serve", "--data", Path.Combine(folder, "data"));
        code.ShouldBe(2);
        output.ShouldContain("Fleet:Worker:MaxZones is \"abc\": it takes numbers from 1 to 1000.");
        output.ShouldContain("Fleet:Ssh:MaxConnecting is \"abc\": it takes numbers from 1 to 64.");
        foreach (var key in new[] { "Fleet:Worker:PromptQuiet", "Fleet:Artifacts:Tries", "Fleet:Server:Url", "Fleet:Transcripts:MaxBytes" })
            output.ShouldContain($"{key} is ");
        Directory.Exists(Path.Combine(folder, "data")).ShouldBeFalse("nothing is begun");
    }

    [Theory]
    [InlineData("http://fleet:hunter2@broker:5672", "http://***@broker:5672")]
    [InlineData("fleet:hunter2@broker", "***@broker")]
    [InlineData("amqp//fleet:hun@ter2@broker", "amqp//***@broker")]
    [InlineData("broker", "broker")]
    public async Task A_wrong_broker_is_named_without_its_password(string uri, string shown)
    {
        var (code, output) = await Run.FleetAsync(new Dictionary<string, string?> { ["Fleet__Bus__Transport"] = "rabbitmq", ["Fleet__Bus__Uri"] = uri, ["Fleet__Bus__KeyFile"] = "/nowhere" }, "serve", "--data", folder);
        code.ShouldBe(2);
        output.ShouldContain($"Fleet:Bus:Uri is \"{shown}\"");
        output.ShouldNotContain("hunter2");
        output.ShouldNotContain("ter2");
    }

    [Fact]
    public async Task A_role_alone_needs_a_bus_between_processes()
    {
        var (code, output) = await Run.FleetAsync(new Dictionary<string, string?>(), "serve", "--roles", "worker", "--data", folder);
        code.ShouldBe(2);
        output.ShouldContain("rabbitmq");
    }
}
