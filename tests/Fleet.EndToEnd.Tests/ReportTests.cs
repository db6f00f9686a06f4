using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests;

/// <summary>The report of a rollout in which much went wrong, as its files are read: by a browser, by the team and by one zone's customer.</summary>
[Trait("Speed", "Slow")]
public sealed class ReportTests
{
    private const string Comment = "their mirror is behind, ask Bob";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    private static readonly ZoneSpec[] Zones =
    [
        new("plain", "sub"), new("twice01", "component-fails-once"), new("always", "component-fails-always"), new("apterr", "apt-failing"), new("nosnap", "snapshot-backup-missing"), new("passed01", "component-fails-once"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_report_shows_all_that_went_wrong_to_the_team_and_of_its_own_zone_alone_to_a_customer()
    {
        await using var site = await EmbeddedFleet.StartAsync(Zones, Cancellation);
        var rollout = await site.StartAsync("all", Cancellation, "--max-parallel", "6", "--max-failures", "6", "--name", "nov-window");
        var shown = await site.Operator.SeeThroughAsync(rollout, Answer, Limit, Cancellation);
        shown.Text("state").ShouldBe("failed", shown + site.Server.Output);

        var report = await site.Operator.JsonAsync(Cancellation, "rollout", "report", "nov-window");
        report.GetProperty("running").GetBoolean().ShouldBeFalse();
        Zone(report, "twice01").Items("steps").Where(s => s.Text("step") == "upgrade-packages").Select(s => s.Text("outcome")).ShouldBe(["failed", "succeeded"]);
        Zone(report, "always").Items("guards").Single().ShouldSatisfyAllConditions(g => g.GetProperty("released").GetBoolean().ShouldBeFalse(), g => g.Text("keptBy").ShouldStartWith("operator"));
        Zone(report, "apterr").Items("debts").Select(d => d.Text("kind")).ShouldBe(["quarantined-node"]);
        Zone(report, "nosnap").Items("backups").Select(b => b.Text("state")).Distinct().Order().ShouldBe(["not-whole", "verified"]);
        Zone(report, "nosnap").Items("steps").Single(s => s.TextOrNull("settledAs") == "ignore").Text("step").ShouldBe("platform-backups");
        Zone(report, "passed01").Items("debts").Select(d => d.Text("kind")).ShouldContain("ignored-node");
        foreach (var zone in report.Items("zones"))
        {
            var (whole, working, waiting) = (zone.GetProperty("seconds").GetDouble(), zone.GetProperty("workingSeconds").GetDouble(), zone.GetProperty("waitingSeconds").GetDouble());
            working.ShouldBeInRange(0.001, whole, zone.Text("name"));
            (zone.Items("decisions").Any() ? waiting > 0 : waiting == 0).ShouldBeTrue(zone.ToString());
            zone.Items("decisions").Where(d => d.Text("state") == "answered").ShouldAllBe(d => d.Text("answeredBy").StartsWith("operator", StringComparison.Ordinal) && d.Text("comment") == Comment);
        }

        Zone(report, "plain").ShouldSatisfyAllConditions(
            z => z.GetProperty("atTarget").GetBoolean().ShouldBeTrue(),
            z => z.GetProperty("versionsBefore").Text("installer").ShouldBe("4.9.3"),
            z => z.GetProperty("healthAfter").GetProperty("well").GetBoolean().ShouldBeTrue(),
            z => z.Items("backups").ShouldAllBe(b => b.Text("state") == "verified"));

        foreach (var language in (string[])["en", "zh"])
        {
            var team = await WrittenAsync(site, $"team-{language}.html", "--format", "html", "--lang", language);
            foreach (var zone in Zones)
                team.ShouldContain(zone.Name);
            (await DrawnAsync(site, $"team-{language}.html")).ShouldContain(Comment, Case.Sensitive, "as the browser has it");
            foreach (var format in (string[])["html", "md", "json"])
            {
                var customer = await WrittenAsync(site, $"always-{language}.{format}", "--zone", "always", "--audience", "customer", "--format", format, "--lang", language);
                foreach (var secret in Zones.Select(z => z.Name).Where(n => n != "always").Concat([Comment, "nov-window", "127.0.0.1", "operator/", Environment.UserName + "@", "E: "]))
                    customer.ShouldNotContain(secret, Case.Sensitive, $"{format} {language}");
            }
        }

        var (code, refused) = await FleetProgram.RunAsync(site.Server, ["rollout", "report", "nov-window", "--out", Path.Combine(site.Folder, "team-en.html")], Cancellation);
        (code, refused.Contains("--force", StringComparison.Ordinal)).ShouldBe((2, true), refused);
    }

    private static Reply? Answer(JsonElement decision) => (decision.Text("zone"), decision.Text("kind")) switch
    {
        ("twice01" or "always", "prompt") => new Reply("no", Comment),
        ("twice01", "failed-step") => new Reply("retry", Comment),
        ("always", "failed-step") => new Reply("fail", Comment),
        ("always", "guard") => new Reply("keep", Comment),
        ("apterr", "unhealthy-nodes") => new Reply("quarantine", Comment, Nodes: ["apterr-proxy1"], Typed: ["apterr-proxy1"]),
        ("nosnap", "failed-step") => new Reply("ignore", Comment),
        ("passed01", "prompt") => new Reply("yes", Comment),
        _ => null,
    };

    private static JsonElement Zone(JsonElement report, string name) => report.Items("zones").Single(z => z.Text("name") == name);

    private static async Task<string> WrittenAsync(EmbeddedFleet site, string name, params string[] options)
    {
        var file = Path.Combine(site.Folder, name);
        await site.Operator.DoAsync(Cancellation, ["rollout", "report", "nov-window", "--out", file, .. options]);
        return await File.ReadAllTextAsync(file, Cancellation);
    }

    /// <summary>What a real browser makes of the file; it prints it too, each zone on pages of its own.</summary>
    private static async Task<string> DrawnAsync(EmbeddedFleet site, string name)
    {
        string[] common = ["--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={Path.Combine(site.Folder, "browser")}", "--no-pdf-header-footer"];
        var (source, paper) = (new Uri(Path.Combine(site.Folder, name)).AbsoluteUri, Path.Combine(site.Folder, $"{name}.pdf"));
        var (printed, said) = await ChildProcess.RunAsync("chromium", [.. common, $"--print-to-pdf={paper}", source], Cancellation);
        printed.ShouldBe(0, said);
        var pages = System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(paper, Cancellation)), @"/Type\s*/Page\b");
        pages.ShouldBeGreaterThan(Zones.Length, "each zone begins a page");
        var (code, document) = await ChildProcess.RunAsync("chromium", [.. common, "--dump-dom", source], Cancellation);
        code.ShouldBe(0, document);
        return document;
    }
}
