using System.Formats.Tar;
using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.Deployment.Tests.Publishing;

/// <summary>What the image and the archives hold, run as they run it.</summary>
[Trait("Speed", "Slow")]
public sealed class PublishTests(PublishedFleet published) : IClassFixture<PublishedFleet>, IDisposable
{
    private const long MiB = 1 << 20;
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_serves_as_nobody_with_a_root_that_cannot_be_written_and_is_ready_soon()
    {
        await using var fleet = await Sandbox.StartAsync(published.App, Place(), null, Cancellation);
        var status = await File.ReadAllLinesAsync($"/proc/{fleet.ProcessId}/status", Cancellation);
        status.ShouldContain($"Uid:\t{Sandbox.User}\t{Sandbox.User}\t{Sandbox.User}\t{Sandbox.User}");
        status.ShouldContain("NoNewPrivs:\t1");
        (await File.ReadAllTextAsync($"/proc/{fleet.ProcessId}/cmdline", Cancellation)).ShouldStartWith("/app/fleet\0");
        TestContext.Current.SendDiagnosticMessage("ready after {0}", fleet.StartTime);
        fleet.StartTime.ShouldBeLessThan(TimeSpan.FromMinutes(2), "an orchestrator's patience");
        var (code, output) = await Sandbox.RunAsync(published.App, folder.Path, Cancellation, "health", "--listen", fleet.Url.ToString());
        (code, output.Trim()).ShouldBe((0, "ready"));
        (await fleet.StopAsync(Cancellation)).ShouldBe(0, fleet.Output);
        (await Sandbox.RunAsync(published.App, folder.Path, Cancellation, "health", "--listen", fleet.Url.ToString())).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Unpacked_in_an_empty_place_it_upgrades_a_zone()
    {
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pub1")] }, Cancellation);
        var keys = Directory.CreateDirectory(Path.Combine(Place(), "keys")).FullName;
        var inventory = lab.Inventory;
        foreach (var reference in inventory.Split('"').Where(w => w.StartsWith("file:", StringComparison.Ordinal)).Distinct())
        {
            var copy = Path.Combine(keys, Path.GetFileName(reference));
            File.Copy(reference["file:".Length..], copy, overwrite: true);
            // Its owner is another here than who reads it.
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            inventory = inventory.Replace(reference, $"file:/keys/{Path.GetFileName(reference)}", StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(Path.Combine(folder.Path, "zones.yaml"), inventory, Cancellation);
        await using var fleet = await Sandbox.StartAsync(published.App, folder.Path, keys, Cancellation);
        var client = new Dictionary<string, string?>
        {
            ["FLEET_SERVER"] = fleet.Url.ToString().TrimEnd('/'),
            ["FLEET_TOKEN"] = (await File.ReadAllTextAsync(Path.Combine(folder.Path, "data", "token"), Cancellation)).Trim(),
            ["FLEET_LANG"] = "en",
            ["PATH"] = "/nowhere",
        };
        async Task<string> WellAsync(params string[] arguments)
        {
            var (code, output) = await ChildProcess.RunAsync(Path.Combine(published.App, "fleet"), arguments, Cancellation, client);
            code.ShouldBe(0, $"fleet {string.Join(' ', arguments)}: {output}\n{fleet.Output}");
            return output;
        }

        await WellAsync("zones", "import", Path.Combine(folder.Path, "zones.yaml"));
        var package = JsonNode.Parse(await WellAsync("packages", "add", lab.Package.Path, "-o", "json"))!["id"]!.ToString();
        await WellAsync("rollout", "start", "--zones", "all", "--package", package, "--name", "pub");
        JsonNode shown = new JsonObject();
        await Eventually.BeTrueAsync(
            async () =>
            {
                shown = JsonNode.Parse(await WellAsync("rollout", "show", "pub", "-o", "json"))!;
                return shown["state"]!.ToString() is not ("running" or "pending");
            },
            TimeSpan.FromMinutes(20), Cancellation, () => shown.ToJsonString());
        shown["state"]!.ToString().ShouldBe("succeeded", shown.ToJsonString());
        lab.Zones["pub1"].Journal().ShouldNotBeEmpty();

        // The picture of it too: what draws it came along.
        await WellAsync("timeline", "pub", "--out", Path.Combine(folder.Path, "pub.png"));
        (await File.ReadAllBytesAsync(Path.Combine(folder.Path, "pub.png"), Cancellation)).Take(4).ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G']);
    }

    [Fact]
    public void It_is_as_small_as_it_says_and_compiled_ahead()
    {
        var size = Directory.EnumerateFiles(published.App, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        size.ShouldBeInRange(60 * MiB, 260 * MiB);
        new FileInfo(published.Archive).Length.ShouldBeInRange(20 * MiB, 120 * MiB);
        foreach (var assembly in new[] { "Fleet.Orchestration.dll", "Fleet.Worker.dll", "MassTransit.dll", "Microsoft.EntityFrameworkCore.dll" })
        {
            using var image = new PEReader(File.OpenRead(Path.Combine(published.App, assembly)));
            image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size.ShouldBeGreaterThan(0, assembly);
        }
    }

    [Fact]
    public void It_says_what_it_is_made_of()
    {
        var bom = JsonNode.Parse(File.ReadAllText(Path.Combine(published.App, "sbom.cdx.json")))!;
        bom["bomFormat"]!.ToString().ShouldBe("CycloneDX");
        var components = bom["components"]!.AsArray().ToDictionary(c => c!["name"]!.ToString(), c => c!);
        // Each package that the lock file of the program names is in it, with the same version.
        var locked = JsonNode.Parse(Repository.Read("src", "Fleet.Cli", "packages.lock.json"))!["dependencies"]!["net10.0"]!.AsObject().Where(p => p.Value!["type"]!.ToString() != "Project").ToDictionary(p => p.Key, p => p.Value!["resolved"]!.ToString());
        foreach (var (name, component) in components.Where(c => locked.ContainsKey(c.Key)))
            component["version"]!.ToString().ShouldBe(locked[name], name);
        foreach (var name in new[] { "MassTransit", "Npgsql", "SSH.NET", "SkiaSharp", $"Microsoft.NETCore.App.Runtime.{PublishedFleet.Kind}", $"Microsoft.AspNetCore.App.Runtime.{PublishedFleet.Kind}" })
            components.Keys.ShouldContain(name);
        components["MassTransit"]["licenses"]![0]!["expression"]!.ToString().ShouldBe("Apache-2.0");
        components["MassTransit"]["hashes"]![0]!["content"]!.ToString().Length.ShouldBe(128);
        var known = components.Values.Select(c => c["bom-ref"]!.ToString()).ToHashSet();
        bom["dependencies"]!.AsArray().SelectMany(d => d!["dependsOn"]!.AsArray()).Select(d => d!.ToString()).Where(d => !known.Contains(d) && !d.Contains("/Fleet.", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void The_archive_is_in_order_belongs_to_root_and_has_all_that_an_installation_wants()
    {
        using var packed = new TarReader(new GZipStream(File.OpenRead(published.Archive), CompressionMode.Decompress));
        var entries = new List<TarEntry>();
        while (packed.GetNextEntry() is { } entry)
            entries.Add(entry);
        entries.ShouldAllBe(e => e.Uid == 0 && e.Gid == 0);
        entries.Select(e => e.ModificationTime).Distinct().Count().ShouldBe(1, "the same sources give the same bytes");
        entries.Where(e => (e.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.SetUser | UnixFileMode.SetGroup)) != UnixFileMode.None).ShouldBeEmpty();
        entries.Where(e => e.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && (e.Mode & UnixFileMode.UserExecute) != UnixFileMode.None).Select(e => Path.GetFileName(e.Name)).ShouldBe(["fleet"]);
        var names = entries.Select(e => e.Name[(e.Name.IndexOf('/') + 1)..]).ToHashSet();
        foreach (var name in new[] { "app/fleet", "app/sbom.cdx.json", "README.md", "README.zh-CN.md", "doc/operations.md", "doc/zh-CN/operations.md", "systemd/fleet.service", "systemd/fleet-coordinator.service", "systemd/fleet-web.service", "systemd/fleet-worker.service", "systemd/fleet.env", "systemd/README.md" })
            names.ShouldContain(name);
        names.Where(n => n.Contains("/obj/", StringComparison.Ordinal) || n.EndsWith(".cs", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>The test's folder, which others than its owner get through too.</summary>
    private string Place()
    {
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return folder.Path;
    }
}
