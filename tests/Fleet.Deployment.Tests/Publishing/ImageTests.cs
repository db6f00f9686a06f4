using System.Text.RegularExpressions;
using Fleet.Testing;

namespace Fleet.Deployment.Tests.Publishing;

/// <summary>What can be said of the image and the units without an engine and without systemd at work.</summary>
public sealed partial class ImageTests
{
    private static readonly string[] Lines = Repository.Read("Dockerfile").Split('\n');

    private static IReadOnlyList<string> Final => [.. Lines.SkipWhile(l => !l.StartsWith("FROM ${BASE}", StringComparison.Ordinal))];

    [Fact]
    public void The_image_holds_what_eng_publish_makes_and_nothing_else()
    {
        Lines.Count(l => l.Contains("./eng/publish --app /app ", StringComparison.Ordinal) && l.StartsWith("RUN CI=true ", StringComparison.Ordinal)).ShouldBe(1, "one command makes both, with the lock files' packages");
        Lines.ShouldNotContain(l => l.Contains("dotnet publish", StringComparison.Ordinal));
        Final.Count(l => l.StartsWith("COPY", StringComparison.Ordinal)).ShouldBe(2, "the program, and the folder that its volume begins with");
        Final.ShouldNotContain(l => l.StartsWith("RUN", StringComparison.Ordinal), "there is no shell to run anything");
    }

    [Fact]
    public void The_image_is_chiselled_runs_as_nobody_and_asks_itself_whether_it_is_well()
    {
        Lines.ShouldContain(l => l.StartsWith("ARG BASE=mcr.microsoft.com/dotnet/runtime-deps:10.0-", StringComparison.Ordinal) && l.EndsWith("-chiseled", StringComparison.Ordinal));
        Final.ShouldContain("USER 1654:1654");
        Final.ShouldContain(l => l.StartsWith("HEALTHCHECK", StringComparison.Ordinal) && l.EndsWith("CMD [\"/app/fleet\", \"health\"]", StringComparison.Ordinal));
        Final.ShouldContain("ENTRYPOINT [\"/app/fleet\"]");
        Lines.Where(l => l.StartsWith("FROM", StringComparison.Ordinal)).ShouldNotContain(l => l.Contains("latest", StringComparison.Ordinal));
    }

    [Fact]
    public void The_user_of_the_image_is_the_manifests_own()
    {
        var numbers = Directory.EnumerateFiles(Repository.PathOf("deploy", "k8s"), "*.yaml", SearchOption.AllDirectories).Where(f => f.Contains("/base/", StringComparison.Ordinal) || f.Contains("/worker/", StringComparison.Ordinal))
            .SelectMany(f => RunAsUser().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)).Distinct();
        numbers.ShouldBe(["1654"]);
    }

    [Fact]
    public async Task Every_unit_is_one_that_systemd_takes_and_keeps_to_the_hardening()
    {
        var units = Directory.GetFiles(Repository.PathOf("deploy", "systemd"), "*.service");
        units.Length.ShouldBe(4);
        foreach (var unit in units)
        {
            var text = await File.ReadAllLinesAsync(unit, TestContext.Current.CancellationToken);
            foreach (var line in new[] { "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "CapabilityBoundingSet=", "User=fleet", "EnvironmentFile=/etc/fleet/fleet.env", "SystemCallFilter=@system-service" })
                text.ShouldContain(line, $"{line} of {unit}");
            var state = text.Single(l => l.StartsWith("StateDirectory=", StringComparison.Ordinal))["StateDirectory=".Length..];
            text.Single(l => l.StartsWith("ExecStart=", StringComparison.Ordinal)).ShouldContain($"--data /var/lib/{state}");
        }

        // It looks at each line; that the program is not installed here is all that it may say.
        var (_, output) = await ChildProcess.RunAsync("systemd-analyze", ["verify", .. units], TestContext.Current.CancellationToken);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("Command /opt/fleet/app/fleet is not executable", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_setting_of_the_example_is_one_that_operations_md_tells()
    {
        var told = Repository.Read("docs", "operations.md");
        SettingName().Matches(Repository.Read("deploy", "systemd", "fleet.env")).Select(m => m.Value).Distinct().Where(s => !told.Contains($"`{s}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"run(?:AsUser|AsGroup): (\d+)")]
    private static partial Regex RunAsUser();

    [GeneratedRegex(@"\bFleet__[A-Za-z_]+[A-Za-z]")]
    private static partial Regex SettingName();
}
