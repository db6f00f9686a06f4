using System.Net;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Sending;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Tests.Chat.Sending;

public sealed class GuardedHttpTests
{
    private static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8")];

    [Theory]
    [InlineData("93.184.216.34", "", true)]
    [InlineData("2606:2800:220:1::1", "", true)]
    [InlineData("127.0.0.1", "", false)]
    [InlineData("::1", "", false)]
    [InlineData("::", "", false)]
    [InlineData("0.0.0.0", "", false)]
    [InlineData("10.1.2.3", "", false)]
    [InlineData("172.31.255.255", "", false)]
    [InlineData("172.32.0.1", "", true)]
    [InlineData("192.168.1.1", "", false)]
    [InlineData("100.64.0.1", "", false)]
    [InlineData("169.254.1.1", "", false)]
    [InlineData("169.254.169.254", "", false)]
    [InlineData("224.0.0.1", "", false)]
    [InlineData("255.255.255.255", "", false)]
    [InlineData("fe80::1", "", false)]
    [InlineData("fe80::1%2", "", false)]
    [InlineData("fd12::1", "", false)]
    [InlineData("::ffff:10.1.2.3", "", false)]
    [InlineData("::ffff:93.184.216.34", "", true)]
    [InlineData("64:ff9b::10.1.2.3", "", false)]
    [InlineData("2002:0a01:0203::1", "", false)]
    [InlineData("::10.1.2.3", "", false)]
    [InlineData("10.1.2.3", "10.1.0.0/16", true)]
    [InlineData("::ffff:10.1.2.3", "10.1.0.0/16", true)]
    [InlineData("10.2.2.3", "10.1.0.0/16", false)]
    [InlineData("169.254.169.254", "0.0.0.0/0", false)]
    [InlineData("::ffff:169.254.169.254", "0.0.0.0/0", false)]
    [InlineData("100.100.100.200", "100.64.0.0/10", false)]
    [InlineData("fd00:ec2::254", "fc00::/7", false)]
    public void Addresses_of_the_house_are_reached_where_a_setting_allows_them_and_those_that_hand_out_credentials_never(string address, string allowed, bool expected) =>
        GuardedAddress.IsAllowed(IPAddress.Parse(address), [.. allowed.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => IPNetwork.Parse(n))]).ShouldBe(expected);

    [Theory]
    [InlineData("https://example.com/x", null)]
    [InlineData("http://127.0.0.1:9/x", null)]
    [InlineData("http://example.com/x", "beyond this machine it takes an https URL")]
    [InlineData("https://ann:secret@example.com/", "it takes a URL without a name and password in it")]
    [InlineData("file:///etc/passwd", "it takes an https URL")]
    [InlineData("gopher://x/", "it takes an https URL")]
    [InlineData("/x", "it takes an https URL")]
    [InlineData(null, "it takes an https URL")]
    public void A_URL_is_https_without_a_password_or_this_machines(string? url, string? problem) => GuardedHttp.Problem(url).ShouldBe(problem);

    [Fact]
    public async Task A_name_is_resolved_once_and_connected_to_at_the_address_that_was_checked()
    {
        await using var server = await StartAsync(c => c.Response.WriteAsync($"{c.Request.Host.Host} {c.Request.Method}"));
        var asked = new List<string>();
        using var http = new GuardedHttp(Loopback, (host, _) =>
        {
            asked.Add(host);
            return Task.FromResult<IPAddress[]>(asked.Count == 1 ? [IPAddress.Loopback] : [IPAddress.Parse("169.254.169.254")]);
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://localhost:{PortOf(server)}/hook"));
        (await http.AskAsync(request, TestContext.Current.CancellationToken)).Body.ShouldBe("localhost POST");
        asked.ShouldBe(["localhost"]);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("localhost", "169.254.169.254")]
    [InlineData("localhost", "93.184.216.34", "10.0.0.1")]
    [InlineData("localhost", "::ffff:127.0.0.1")]
    public async Task A_name_that_means_an_inner_address_is_refused_before_anything_is_sent(string host, params string[] means)
    {
        var calls = 0;
        await using var server = await StartAsync(_ =>
        {
            calls++;
            return Task.CompletedTask;
        });
        using var http = new GuardedHttp([], (_, _) => Task.FromResult(means.Select(IPAddress.Parse).ToArray()));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{host}:{PortOf(server)}/hook"));
        var refused = await Should.ThrowAsync<ChatException>(() => http.AskAsync(request, TestContext.Current.CancellationToken));
        refused.Failure.ShouldBe(ChatFailure.Refused);
        refused.Message.ShouldContain("Fleet:Chat:PrivateTargets");
        calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_followed_nowhere()
    {
        var paths = new List<string>();
        await using var server = await StartAsync(c =>
        {
            paths.Add(c.Request.Path);
            c.Response.Redirect("/inner");
            return Task.CompletedTask;
        });
        using var http = new GuardedHttp(Loopback);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{PortOf(server)}/hook"));
        var answer = await http.AskAsync(request, TestContext.Current.CancellationToken);
        answer.Status.ShouldBe(HttpStatusCode.Found);
        answer.IsGood.ShouldBeFalse();
        paths.ShouldBe(["/hook"]);
    }

    [Fact]
    public async Task An_answer_is_read_up_to_its_limit_and_a_longer_one_is_none()
    {
        await using var server = await StartAsync(c => c.Response.Body.WriteAsync(new byte[int.Parse(c.Request.Query["bytes"]!)]).AsTask());
        using var http = new GuardedHttp(Loopback);
        using var most = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{PortOf(server)}/?bytes={BoundedHttp.MostBody}"));
        (await http.AskAsync(most, TestContext.Current.CancellationToken)).Body.Length.ShouldBe(BoundedHttp.MostBody);
        using var longer = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{PortOf(server)}/?bytes={BoundedHttp.MostBody + 1}"));
        (await Should.ThrowAsync<ChatException>(() => http.AskAsync(longer, TestContext.Current.CancellationToken))).Failure.ShouldBe(ChatFailure.Unreachable);
    }

    [Fact]
    public async Task Nobody_there_is_told_as_such()
    {
        using var http = new GuardedHttp(Loopback);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{Fleet.Testing.Loopback.FreePort()}/"));
        (await Should.ThrowAsync<ChatException>(() => http.AskAsync(request, TestContext.Current.CancellationToken))).Failure.ShouldBe(ChatFailure.Unreachable);
    }

    [Fact]
    public void A_network_that_is_none_is_told_with_its_key()
    {
        var problems = new List<string>();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Fleet:Chat:PrivateTargets"] = "10.0.0.0/8, ten, 10.0.0.0/33" }).Build();
        PrivateTargets.Read(configuration, problems).ShouldBe([IPNetwork.Parse("10.0.0.0/8")]);
        problems.Count.ShouldBe(2);
        problems[0].ShouldBe("Fleet:Chat:PrivateTargets has \"ten\": it takes networks with commas between, like 10.20.0.0/16,fd12:3456::/48.");
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static int PortOf(WebApplication app) => new Uri(app.Urls.First()).Port;
}
