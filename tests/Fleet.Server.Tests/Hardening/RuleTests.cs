using System.Net;
using Fleet.Server.Hardening;
using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Tests.Hardening;

public sealed class RuleTests
{
    [Theory]
    [InlineData("localhost", "127.0.0.1", "", true)]
    [InlineData("LOCALHOST", "::1", "", true)]
    [InlineData("127.0.0.1", "127.0.0.1", "", true)]
    [InlineData("[::1]", "::1", "", true)]
    [InlineData("evil.example", "127.0.0.1", "", false)]
    [InlineData("127.0.0.1.evil.example", "127.0.0.1", "", false)]
    [InlineData("10.1.0.7", "127.0.0.1", "", false)]
    [InlineData("", "127.0.0.1", "", false)]
    [InlineData("fleet.example", "127.0.0.1", "fleet.example", true)]
    [InlineData("localhost", "127.0.0.1", "fleet.example", true)]
    [InlineData("fleet", "10.1.0.7", "", true)]
    [InlineData("fleet", "10.1.0.7", "fleet.example", false)]
    [InlineData("Fleet.Example", "10.1.0.7", "fleet.example", true)]
    public void At_loopback_the_server_answers_to_names_of_loopback_and_to_those_that_it_was_given(string host, string reached, string allowed, bool expected) =>
        HostRules.IsAllowed(host, IPAddress.Parse(reached), allowed.Split(',', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(expected);

    [Theory]
    [InlineData("/health/ready", "10.1.0.7", true)]
    [InlineData("/health/live", "127.0.0.1", true)]
    [InlineData("/metrics", "10.1.0.7", true)]
    [InlineData("/metrics", "127.0.0.1", false)]
    [InlineData("/healthy", "10.1.0.7", false)]
    [InlineData("/api/v1/zones", "10.1.0.7", false)]
    public void Probes_and_scrapes_of_a_cluster_come_by_any_name_and_nothing_else_does(string path, string reached, bool expected) =>
        HostRules.IsOpen(path, IPAddress.Parse(reached)).ShouldBe(expected);

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("same-origin", "http://127.0.0.1:7070", false)]
    [InlineData("none", null, false)]
    [InlineData("cross-site", null, true)]
    [InlineData("same-site", "http://127.0.0.1:8080", true)]
    [InlineData(null, "http://evil.example", true)]
    [InlineData(null, "http://127.0.0.1:8080", true)]
    [InlineData(null, "null", true)]
    [InlineData(null, "", true)]
    [InlineData(null, "https://127.0.0.1:7070", false)]
    public void What_a_page_of_another_site_sends_is_known_by_its_origin(string? fetchSite, string? origin, bool expected) =>
        SiteRules.IsForeign(fetchSite, origin, "http", "127.0.0.1:7070").ShouldBe(expected);

    [Fact]
    public void Wrong_settings_are_told_all_at_once()
    {
        var problems = new List<string>();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Fleet:Access:AllowedHosts"] = "fleet.example, http://x",
            ["Fleet:Access:RequestsPerSecond"] = "0",
            ["Fleet:Access:FailedSignInsPerMinute"] = "many",
        }).Build();
        HardeningOptions.Read(configuration, problems).RequestsPerSecond.ShouldBe(100);
        problems.ShouldBe([
            "Fleet:Access:AllowedHosts has \"http://x\": it takes names and addresses without port, with commas between, like fleet.example.com.",
            "Fleet:Access:RequestsPerSecond is \"0\": it takes numbers from 1 to 100000.",
            "Fleet:Access:FailedSignInsPerMinute is \"many\": it takes numbers from 1 to 10000.",
        ]);
    }
}
