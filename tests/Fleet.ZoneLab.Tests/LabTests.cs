using System.Diagnostics;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.ZoneLab.Tests;

public sealed class LabTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_zones_start_quickly_and_are_small()
    {
        var clock = Stopwatch.StartNew();
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = [.. Enumerable.Range(1, 50).Select(n => new ZoneSpec($"zone-{n}", "sub"))] }, Cancellation);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(3), "2 s where it is alone");
        lab.Zones.Count.ShouldBe(50);
        lab.Zones.Values.Select(zone => zone.HostKeyFingerprint).Distinct().Count().ShouldBe(50);
        foreach (var zone in lab.Zones.Values.Take(3))
            (await zone.SshAsync("hostname")).Output.ShouldBe("qingcloud-firstbox\n");
        (ProportionalMemory(lab.Directory) / 50).ShouldBeLessThan(3 * 1024, "KiB a zone");
    }

    [Fact]
    public async Task Every_profile_starts_and_what_it_prepared_is_not_in_the_journal()
    {
        var specs = Profiles.Names.Select((name, n) => new ZoneSpec($"zone-{n}", name)).ToList();
        await using var lab = await Lab.StartAsync(new LabOptions { Zones = specs }, Cancellation);
        foreach (var zone in lab.Zones.Values)
        {
            Profiles.About(zone.Profile).ShouldNotBeEmpty();
            zone.Journal().Where(e => e.What != "gate").ShouldBeEmpty(zone.Profile);
            lab.Inventory.ShouldContain($"hostKey: \"{zone.HostKeyFingerprint}\"");
        }

        LabZone Of(string profile) => lab.Zones.Values.Single(zone => zone.Profile == profile);
        Of("by-hand-initialize-installer").PreparedJournal().Last(e => e.What == "end").ToString().ShouldBe("upgrade.sh · end 0");
        Of("by-hand-pre-upgrade").Exists("/pitrix/upgrade/pre_upgrade.Done").ShouldBeTrue();
        Of("by-hand-upgrade-packages").Exists("/pitrix/upgrade/upgrade_pkgs.Done").ShouldBeTrue();
        Of("by-hand-upgrade-platform").NodesWith("/pitrix/conf/disable_hyperpair_rescue").Count.ShouldBe(2);
        Of("by-hand-done").NodesWith("/pitrix/conf/disable_hyperpair_rescue").ShouldBeEmpty();
        Of("by-hand-done").Read("/pitrix/version.json").ShouldContain($"\"upgrade\": \"{lab.Package.Upgrade}\"");
        Of("half-upgraded").PreparedJournal().ShouldContain(e => e.What == "component" && e.Detail.StartsWith("hyper/hyper failed", StringComparison.Ordinal));
        Of("half-upgraded").Exists("/pitrix/upgrade/upgrade_pkgs.Done").ShouldBeFalse();
        Of("post-upgrade-died").Exists("/pitrix/upgrade/upgrade_pkgs.Done").ShouldBeTrue();
        Of("post-upgrade-died").Read("/pitrix/version.json").ShouldNotContain("new_upgrade");
        (await Of("foreign-script").SshAsync("pgrep -f '^/bin/bash /pitrix/upgrade/pre_upgrade.sh'")).Exit.ShouldBe(0);
        (await Of("foreign-apt").SshAsync("pgrep -x apt-get")).Exit.ShouldBe(0);
    }

    [Fact]
    public async Task An_unknown_profile_is_refused_with_those_that_there_are()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec("pek1a", "sub+sunny")] }, Cancellation));
        refused.Message.ShouldContain("«sunny»");
        refused.Message.ShouldContain("manual-operations");
    }

    [Fact]
    public async Task Killed_with_minus_9_the_lab_leaves_no_process_and_no_temporary_folder()
    {
        await using var program = ChildProcess.Start(Program(), ["up", "2", "--speed", "0"]);
        var directory = await ReadyAsync(program);
        Running(directory).ShouldNotBeEmpty();
        program.Kill();
        await Eventually.BeTrueAsync(() => Running(directory).Count == 0 && !Directory.Exists(directory), Limit, Cancellation, () => string.Join('\n', Running(directory)));
    }

    [Fact]
    public async Task The_program_ends_well_on_an_interrupt_and_removes_what_it_started()
    {
        await using var program = ChildProcess.Start(Program(), ["up", "pek1a=sub", "--speed", "0"]);
        var directory = await ReadyAsync(program);
        program.Signal("INT");
        await program.WaitForExitAsync(Cancellation);
        program.ExitCode.ShouldBe(0);
        Directory.Exists(directory).ShouldBeFalse();
        Running(directory).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("up", "is no option", "--fast")]
    [InlineData("up", "how many zones")]
    [InlineData("up", "no profile «cloudy»", "pek1a=cloudy")]
    public async Task Wrong_use_is_told(string verb, string expected, params string[] more)
    {
        var (exit, output) = await ChildProcess.RunAsync(Program(), [verb, .. more], Cancellation);
        exit.ShouldBe(2);
        output.ShouldContain(expected);
    }

    /// <summary>Waits until the lab is up; returns its folder.</summary>
    private static async Task<string> ReadyAsync(ChildProcess program)
    {
        await Eventually.BeTrueAsync(() => program.Output.Contains("Ready.", StringComparison.Ordinal), Limit, Cancellation, () => program.Output);
        return Path.GetDirectoryName(program.Output.Split('\n').Single(line => line.StartsWith("inventory", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])!;
    }

    private static string Program() => Path.Combine(AppContext.BaseDirectory, "zonelab");

    private static List<string> Running(string directory) =>
        [.. CommandLines().Where(line => line.Value.Contains(directory + "/zones/", StringComparison.Ordinal)).Select(line => line.Value)];

    private static IEnumerable<KeyValuePair<int, string>> CommandLines()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (IOException)
            {
                continue;
            }
            yield return new KeyValuePair<int, string>(int.Parse(Path.GetFileName(folder)), line);
        }
    }

    /// <summary>KiB of all processes that live in the lab's zones.</summary>
    private static long ProportionalMemory(string directory)
    {
        var namespaces = CommandLines().Where(line => line.Value.Contains(directory + "/zones/", StringComparison.Ordinal)).Select(line => Link(line.Key)).ToHashSet();
        long sum = 0;
        foreach (var (pid, _) in CommandLines())
        {
            if (Link(pid) is not { } mounts || !namespaces.Contains(mounts) || mounts == Link(Environment.ProcessId))
                continue;
            try
            {
                sum += File.ReadLines($"/proc/{pid}/smaps_rollup").Where(line => line.StartsWith("Pss:", StringComparison.Ordinal)).Sum(line => long.Parse(line[4..].Trim().Split(' ')[0]));
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        return sum;
    }

    private static string? Link(int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/ns/mnt", returnFinalTarget: false)?.Name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
