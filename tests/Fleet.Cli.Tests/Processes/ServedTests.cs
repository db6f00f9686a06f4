using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Fleet.Cli.Tests.Schemas;
using Fleet.Testing;

namespace Fleet.Cli.Tests.Processes;

/// <summary>Commands against a running server. No zone is ever reached here: what needs zones is shown by the end-to-end tests.</summary>
public sealed class ServedTests(ServedFleet fleet) : IClassFixture<ServedFleet>
{
    private const string PackageName = "qingcloud-installer_4.3.2-20261101_amd64.tar.gz";

    [Fact]
    public async Task The_whole_way_of_an_operator_prints_what_the_schema_says()
    {
        await JsonAsync("zones import", Inventory("oa1", "oa2", "oa3"));
        await JsonAsync("zones list", "region=oa");
        await JsonAsync("zones show", "oa1");
        await JsonAsync("zones take", "oa2");
        await JsonAsync("packages add", Package());
        await JsonAsync("packages list");
        await JsonAsync("runbook list");
        await JsonAsync("runbook show", "qingcloud-upgrade");
        var started = await JsonAsync("rollout start", "--zones", "oa1,oa2", "--package", "4.3.2-20261101", "--name", "way", "--max-parallel", "2");
        started.GetProperty("name").GetString().ShouldBe("way");
        await JsonAsync("rollout show", "way");
        (await JsonAsync("packages show", "4.3.2-20261101")).GetProperty("usedBy").EnumerateArray().ShouldContain(u => u.GetProperty("name").GetString() == "way");
        await JsonAsync("rollout pause", "way", "--zone", "oa1", "--comment", "look");
        await JsonAsync("rollout pause", "way", "--wave", "all");
        (await JsonAsync("rollout resume", "way", "--wave", "all")).GetProperty("zones")[0].GetProperty("pausedBy").GetString()!.ShouldStartWith("operator");
        (await JsonAsync("rollout add", "way", "--zone", "oa3")).GetProperty("zones").GetArrayLength().ShouldBe(3);
        (await JsonAsync("rollout abort --preview", "way")).GetProperty("zones").GetArrayLength().ShouldBe(3);
        (await JsonAsync("handover")).GetProperty("rollouts").EnumerateArray().ShouldContain(r => r.GetProperty("name").GetString() == "way");
        (await JsonAsync("debts")).GetArrayLength().ShouldBe(0);
        await JsonAsync("rollout pause", "way");
        await JsonAsync("rollout list");
        await JsonAsync("timeline", "way");
        (await JsonAsync("rollout report", "way")).GetProperty("zones").GetArrayLength().ShouldBe(3);
        (await JsonAsync("rollout report --audience customer", "way", "--zone", "oa1")).GetProperty("zone").GetString().ShouldBe("oa1");
        await JsonAsync("logs", "oa1");
        await JsonAsync("decisions list");
        await JsonAsync("guards");
        await JsonAsync("workers");
        await JsonAsync("audit", "--since", "1h", "--rollout", "way");
        (await JsonAsync("audit", "--rollout", "way", "--incidents")).GetArrayLength().ShouldBe(0);
        await JsonAsync("rollout abort", "way");
    }

    [Fact]
    public async Task A_wrong_inventory_is_told_line_by_line_and_changes_nothing()
    {
        var file = fleet.Write("wrong.yaml", "apiVersion: fleet/v1\ndefaults: {user: root, identity: file:/k}\nzones:\n  - {name: ob1, kind: sub, firstbox: {host: ob1}}\n  - name: ob2\n    kind: sub\n    firstbox: {host: h, hostKey: \"SHA256:abc\"}\n");
        var (code, output) = await fleet.FleetAsync("zones", "import", file);
        code.ShouldBe(2);
        output.ShouldContain($"{file}:7:34  zones[1].firstbox.hostKey: \"SHA256:abc\" is no fingerprint (SHA256: and 43 base64 characters). Run: fleet zones trust ob2");
        output.ShouldContain("nothing was changed");
        (await fleet.FleetAsync("zones", "show", "ob1")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_not_there_to_be_steered_answered_or_seen_to_is_told_with_what_to_do()
    {
        await fleet.WellAsync("zones", "import", Inventory("ow1"));
        await fleet.WellAsync("packages", "add", Package());
        await fleet.WellAsync("rollout", "start", "--zones", "ow1", "--package", "4.3.2-20261101", "--name", "small", "--max-parallel", "1");
        async Task ShowsAsync(int exit, string sentence, params string[] command)
        {
            var (code, output) = await fleet.FleetAsync(command);
            code.ShouldBe(exit, output);
            output.ShouldContain(sentence);
        }

        await ShowsAsync(2, "small has no wave rest. Its waves: all.", "rollout", "pause", "small", "--wave", "rest");
        await ShowsAsync(2, "Give --zone or --wave, not both.", "rollout", "pause", "small", "--wave", "all", "--zone", "ow1");
        await ShowsAsync(2, "nowhere", "rollout", "add", "small", "--zone", "nowhere");
        await ShowsAsync(2, "fleet guards lists them", "guards", "release", "ow1", "--yes");
        await ShowsAsync(2, "There is no debt 1a2b", "debts", "settle", "1a2b", "--comment", "done");
        await ShowsAsync(2, "fleet rollout show lists them", "decisions", "take-back", "small", "abc");
        await ShowsAsync(2, "is no name of a person", "handover", "--to", "a b");
        foreach (var verb in (string[])["claim", "let-go", "policy"])
            await ShowsAsync(2, "abcd", "decisions", verb, "abcd");
        var (_, page) = await fleet.FleetAsync("handover", "--to", "ann");
        page.ShouldContain("small: running");
        page.ShouldContain("Nothing was taken on that could be ann's.");
        await fleet.WellAsync("rollout", "abort", "small");
    }

    [Fact]
    public async Task A_rollout_that_is_to_be_approved_says_what_it_waits_for_and_nobody_approves_their_own()
    {
        await fleet.WellAsync("zones", "import", Inventory("ap1"));
        await fleet.WellAsync("packages", "add", Package());
        var strategy = fleet.Write("approved.yaml", "apiVersion: fleet/v1\nname: approved\napprovals: {required: 2}\nwaves: [{name: all}]\n");
        var (_, plan) = await fleet.FleetAsync("plan", "--zones", "ap1", "--package", "4.3.2-20261101", "--strategy", strategy, "--brief");
        plan.ShouldContain("begins once 2 people have approved, not whoever starts it, within 24:00:00");
        var (_, started) = await fleet.FleetAsync("rollout", "start", "--zones", "ap1", "--package", "4.3.2-20261101", "--strategy", strategy, "--name", "to-approve");
        started.ShouldContain("to-approve begins once it is approved: 1 zone to 4.3.2-20261101.");
        started.ShouldContain("0 of 2 given");
        var (own, refusal) = await fleet.FleetAsync("rollout", "approve", "to-approve");
        own.ShouldBe(1, refusal);
        refusal.ShouldContain("lets nobody approve a rollout of one's own");
        (await fleet.FleetAsync("rollout", "reject", "to-approve")).Output.ShouldContain("Say why: --comment TEXT.");
        (await fleet.FleetAsync("decisions", "list")).Output.ShouldContain("start");
        (await fleet.FleetAsync("rollout", "show", "to-approve")).Output.ShouldContain("fleet rollout approve to-approve");
        await fleet.WellAsync("rollout", "abort", "to-approve");
        var verified = await JsonAsync("audit verify", "--rollout", "to-approve");
        verified.GetProperty("holds").GetBoolean().ShouldBeTrue();
        await Eventually.BeTrueAsync(async () => (await fleet.FleetAsync("audit", "verify")).Output.Contains("to-approve", StringComparison.Ordinal), TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        (await fleet.FleetAsync("audit", "verify", "--head", "1:ab")).Output.ShouldContain("--head is of one chain");
        (await fleet.FleetAsync("audit", "verify", "--rollout", "to-approve", "--head", "1:ab")).Output.ShouldContain("POSITION:HASH");
        (await fleet.FleetAsync("decisions", "list", "--rollout", "to-approve")).Output.ShouldContain("No decision is open.");
    }

    [Fact]
    public async Task A_second_process_on_the_same_address_says_so_and_what_to_give_it()
    {
        var data = Directory.CreateTempSubdirectory("fleet-second-").FullName;
        var (code, output) = await fleet.FleetAsync("serve", "--data", data, "--listen", fleet.Url);
        code.ShouldBe(1, output);
        output.ShouldContain($"another program listens on {fleet.Url}");
        output.ShouldContain("--listen http://127.0.0.1:");
        output.ShouldNotContain("   at ");
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task People_get_tables_without_colours_where_there_is_no_terminal()
    {
        await fleet.WellAsync("zones", "import", Inventory("oc1"));
        var list = await fleet.WellAsync("zones", "list");
        list.ShouldContain("oc1");
        list.ShouldNotContain("\u001b");
        list.Split('\n').ShouldAllBe(l => l == l.TrimEnd());
    }

    [Fact]
    public async Task A_wrong_token_ends_with_4()
    {
        var client = fleet.Client;
        client["FLEET_TOKEN"] = new string('0', 64);
        (await Run.FleetAsync(client, "zones", "list")).ExitCode.ShouldBe(4);
    }

    [Fact]
    public async Task What_is_not_there_ends_with_2_and_what_does_not_fit_with_1()
    {
        (await fleet.FleetAsync("rollout", "show", "nothing")).ExitCode.ShouldBe(2);
        (await fleet.FleetAsync("decisions", "answer", "00000000", "yes")).ExitCode.ShouldBe(2);
        await fleet.WellAsync("zones", "import", Inventory("od1"));
        await fleet.WellAsync("packages", "add", Package());
        await fleet.WellAsync("rollout", "start", "--zones", "od1", "--package", "4.3.2-20261101", "--name", "fits");
        (await fleet.FleetAsync("rollout", "start", "--zones", "od1", "--package", "4.3.2-20261101", "--name", "fits")).ExitCode.ShouldBe(2, "the name is taken");
        (await fleet.FleetAsync("packages", "remove", "4.3.2-20261101")).ExitCode.ShouldBe(1);
        (await fleet.FleetAsync("zones", "test", "od1")).ExitCode.ShouldBe(1);
        (await fleet.FleetAsync("zones", "trust", "od1")).ExitCode.ShouldBe(1);
        await fleet.WellAsync("rollout", "abort", "fits");
    }

    [Fact]
    public async Task An_interrupted_wait_ends_with_130_and_the_rollout_goes_on()
    {
        await fleet.WellAsync("zones", "import", Inventory("oe1"));
        await fleet.WellAsync("packages", "add", Package());
        await fleet.WellAsync("zones", "take", "oe1");
        await using var waiting = ChildProcess.Start(Run.File, ["rollout", "start", "--zones", "oe1", "--package", "4.3.2-20261101", "--name", "long", "--watch"], Run.Spoken(fleet.Client));
        await Eventually.BeTrueAsync(() => waiting.Output.Contains("rollout long  running"), TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken, () => waiting.Output);
        waiting.Signal("INT");
        await waiting.WaitForExitAsync(TestContext.Current.CancellationToken);
        waiting.ExitCode.ShouldBe(130);
        waiting.Output.ShouldContain("the rollout goes on");
        (await fleet.WellAsync("rollout", "show", "long", "-o", "json")).ShouldContain("\"state\": \"running\"");
        await fleet.WellAsync("rollout", "abort", "long");
        (await fleet.FleetAsync("rollout", "watch", "long")).ExitCode.ShouldBe(1, "it did not succeed");
    }

    [Fact]
    public async Task In_a_terminal_it_asks_first_and_the_watch_is_left_with_a_key()
    {
        await fleet.WellAsync("zones", "import", Inventory("of1"));
        await fleet.WellAsync("packages", "add", Package());
        await fleet.WellAsync("zones", "take", "of1");
        string[] start = ["rollout", "start", "--zones", "of1", "--package", "4.3.2-20261101", "--name", "asked"];
        await using (var asked = await TmuxTerminal.StartAsync(fleet.Client, start))
        {
            await asked.ShowsAsync("Start? [y/N]");
            await asked.TypeAsync("n", "Enter");
            await asked.ShowsAsync("ended with 1");
        }

        (await fleet.FleetAsync("rollout", "show", "asked")).ExitCode.ShouldBe(2);
        await using (var watched = await TmuxTerminal.StartAsync(fleet.Client, [.. start, "--yes", "--watch"]))
        {
            await watched.ShowsAsync("[q] leave (the rollout goes on)");
            (await watched.ScreenAsync()).ShouldContain("\u001b[", Case.Sensitive, "a terminal has colours");
            await watched.TypeAsync("q");
            await watched.ShowsAsync("The rollout asked goes on.");
            await watched.ShowsAsync("ended with 0");
        }

        await using (var plain = await TmuxTerminal.StartAsync(new Dictionary<string, string?>(fleet.Client) { ["NO_COLOR"] = "1" }, ["rollout", "show", "asked"]))
        {
            await plain.ShowsAsync("ended with 0");
            (await plain.ScreenAsync()).ShouldNotMatch("\u001b\\[(3[0-8]|9[0-7])", "no colours");
        }

        await fleet.WellAsync("rollout", "abort", "asked");
    }

    [Fact]
    public async Task The_token_is_its_owners_and_a_data_folder_has_one_server()
    {
        File.GetUnixFileMode(Path.Combine(fleet.Data, "token")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        fleet.Output.ShouldContain(Path.Combine(fleet.Data, "token"));
        fleet.Output.ShouldContain(fleet.Url);
        fleet.Output.ShouldNotContain(fleet.Client["FLEET_TOKEN"]!);
        var (code, output) = await Run.FleetAsync("serve", "--data", fleet.Data, "--listen", $"http://127.0.0.1:{Loopback.FreePort()}");
        code.ShouldBe(2);
        output.ShouldContain("another fleet serve uses now");
    }

    internal static byte[] Archive()
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.NoCompression, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Gnu))
            tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, "qingcloud-installer/version.json") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes("""{"installer": "4.3.2", "upgrade": "20261101", "qingcloud": "20261101"}""")) });
        return bytes.ToArray();
    }

    private async Task<JsonElement> JsonAsync(string command, params string[] arguments)
    {
        var output = await fleet.WellAsync([.. command.Split(' '), .. arguments, "-o", "json"]);
        var document = JsonDocument.Parse(output).RootElement;
        new SchemaCheck(CliSchemaTests.Committed).Errors(document, CliSchemaTests.Committed["properties"]![command]!).ShouldBeEmpty($"fleet {command}");
        return document;
    }

    private string Inventory(params string[] names) => fleet.Write(
        $"{names[0]}.yaml",
        "apiVersion: fleet/v1\ndefaults: {user: root, identity: file:/nowhere/id}\nzones:\n"
        + string.Concat(names.Select(n => $"  - {{name: {n}, kind: sub, labels: {{region: {n[..2]}}}, firstbox: {{host: 127.0.0.1, port: {Loopback.FreePort()}}}}}\n")));

    private string Package()
    {
        var path = Path.Combine(fleet.Folder, PackageName);
        lock (fleet)
        {
            if (!File.Exists(path))
                File.WriteAllBytes(path, Archive());
        }

        return path;
    }
}
