using System.Net;
using Fleet.Server.Tests.Api;

namespace Fleet.Server.Tests.Access;

/// <summary>Sessions of browsers that are ended before their time, against a real provider.</summary>
public sealed class SessionTests(SignedInServer fleet) : IClassFixture<SignedInServer>
{
    [Fact]
    public async Task Ended_sessions_of_a_person_count_no_longer_from_the_next_request_on_and_others_and_later_ones_do()
    {
        var (stolen, own, bob) = (await SignInAsync("ann"), await SignInAsync("ann"), await SignInAsync("bob"));
        (await AskAsync(stolen)).Status.ShouldBe(HttpStatusCode.OK);
        // A provider may tell a name either way.
        using (var ended = await fleet.Server.Operator.DeleteAsync("/api/v1/sessions/Ann"))
            ended.StatusCode.ShouldBe(HttpStatusCode.OK, await ended.Content.ReadAsStringAsync());
        foreach (var cookie in new[] { stolen, own })
            (await AskAsync(cookie)).ShouldBe((HttpStatusCode.Unauthorized, "access-session-ended"));
        (await AskAsync(bob)).Status.ShouldBe(HttpStatusCode.OK);
        var again = await SignInAsync("ann");
        (await AskAsync(again)).Status.ShouldBe(HttpStatusCode.OK);

        await fleet.RestartAsync();
        (await AskAsync(stolen)).ShouldBe((HttpStatusCode.Unauthorized, "access-session-ended"));
        (await AskAsync(again)).Status.ShouldBe(HttpStatusCode.OK, "the keys of sessions are still read beside what was ended");
        (await fleet.Server.GetAsync("sessions")).EnumerateArray().ShouldContain(e => e.GetProperty("name").GetString() == "ann" && e.GetProperty("by").GetString() == "operator");
        (await fleet.Server.GetAsync("audit")).EnumerateArray().ShouldContain(e => e.GetProperty("code").GetString() == "sessions-ended");
    }

    [Fact]
    public async Task Who_is_no_admin_ends_their_own_sessions_only()
    {
        var (carl, dora) = (await SignInAsync("carl"), await SignInAsync("dora"));
        (await EndAsync(carl, "dora")).ShouldBe((HttpStatusCode.BadRequest, "session-of-another"));
        (await AskAsync(dora)).Status.ShouldBe(HttpStatusCode.OK);
        (await EndAsync(carl, "carl")).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(carl)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Signing_out_takes_the_browsers_cookie_and_leaves_other_browsers_signed_in()
    {
        var (here, there) = (await SignInAsync("erna"), await SignInAsync("erna"));
        using var left = await SendAsync(HttpMethod.Post, "/logout", here);
        left.StatusCode.ShouldBe(HttpStatusCode.Found);
        left.Headers.GetValues("Set-Cookie").ShouldContain(c => c.StartsWith("fleet=;", StringComparison.Ordinal));
        (await AskAsync(there)).Status.ShouldBe(HttpStatusCode.OK);
    }

    /// <returns>The cookie, as a browser sends it.</returns>
    private async Task<string> SignInAsync(string name)
    {
        fleet.Provider.Person = (name, ["ops"]);
        var cookies = new CookieContainer();
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = cookies });
        var url = fleet.Server.Nobody.BaseAddress!;
        using var signed = await browser.GetAsync(new Uri(url, "/login?to=/api/v1/whoami"));
        (await RunningServer.JsonAsync(signed)).GetProperty("name").GetString().ShouldBe(name);
        var session = cookies.GetCookies(url).ShouldHaveSingleItem();
        return $"{session.Name}={session.Value}";
    }

    private async Task<(HttpStatusCode Status, string? Code)> AskAsync(string cookie) => await ToldAsync(await SendAsync(HttpMethod.Get, "/api/v1/whoami", cookie));

    private async Task<(HttpStatusCode Status, string? Code)> EndAsync(string cookie, string person) => await ToldAsync(await SendAsync(HttpMethod.Delete, $"/api/v1/sessions/{person}", cookie));

    private static async Task<(HttpStatusCode, string?)> ToldAsync(HttpResponseMessage response)
    {
        using (response)
            return (response.StatusCode, response.IsSuccessStatusCode ? null : (await RunningServer.CodesAsync(response))[0]);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string cookie)
    {
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = fleet.Server.Nobody.BaseAddress };
        using var request = new HttpRequestMessage(method, path) { Headers = { { "Cookie", cookie }, { "Sec-Fetch-Site", "same-origin" } } };
        return await http.SendAsync(request);
    }
}
