using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fleet.Server.Access.SignIn;
using Fleet.Server.Tests.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace Fleet.Server.Tests.Access;

/// <summary>People of an identity provider, against a real one.</summary>
public sealed class ProviderTests(SignedInServer fleet) : IClassFixture<SignedInServer>
{
    [Fact]
    public async Task A_token_that_the_provider_issued_for_the_API_brings_the_roles_of_its_groups()
    {
        using var http = new HttpClient();
        using var issued = await http.PostAsync(fleet.Provider.Authority + "connect/token", new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = "robot", ["client_secret"] = "secret" }));
        var token = (await RunningServer.JsonAsync(issued)).GetProperty("access_token").GetString();
        var (status, who) = await AskAsync(token!);
        status.ShouldBe(HttpStatusCode.OK);
        who.GetProperty("name").GetString().ShouldBe("ann");
        who.GetProperty("grants")[0].GetProperty("role").GetString().ShouldBe("operator");
        who.GetProperty("groups")[0].GetString().ShouldBe("ops");
    }

    [Theory]
    [InlineData("audience")]
    [InlineData("issuer")]
    [InlineData("expired")]
    [InlineData("never expires")]
    [InlineData("another key")]
    [InlineData("not signed")]
    [InlineData("signed with the public key as a shared one")]
    [InlineData("not yet")]
    public async Task A_token_that_is_not_the_providers_for_Fleet_now_is_refused(string wrong)
    {
        (await AskAsync(fleet.Provider.Sign())).Status.ShouldBe(HttpStatusCode.OK, "it is the change that is refused");
        var token = fleet.Provider.Sign(t =>
        {
            Action change = wrong switch
            {
                "audience" => () => t.Audience = "another-api",
                "issuer" => () => t.Issuer = "http://127.0.0.1:1/",
                "expired" => () => t.Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-2),
                "never expires" => () => t.Expires = null,
                "another key" => () => t.SigningCredentials = new SigningCredentials(new RsaSecurityKey(RSA.Create(2048)) { KeyId = "test" }, SecurityAlgorithms.RsaSha256),
                "not signed" => () => t.SigningCredentials = null,
                "not yet" => () => (t.NotBefore, t.Expires) = (TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5), TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(9)),
                _ => () => t.SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.ASCII.GetBytes(Convert.ToBase64String(fleet.Provider.Key.Rsa.ExportSubjectPublicKeyInfo()))) { KeyId = "test" }, SecurityAlgorithms.HmacSha256),
            };
            change();
        });
        var (status, body) = await AskAsync(token);
        status.ShouldBe(HttpStatusCode.Unauthorized);
        body.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("access-provider-refused");
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("coordinator")]
    [InlineData("policy:guard")]
    public async Task Nobody_of_the_provider_is_called_like_a_part_of_Fleet(string name)
    {
        var (status, _) = await AskAsync(fleet.Provider.Sign(t => t.Claims["preferred_username"] = name));
        status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Who_is_in_no_group_that_has_a_role_is_known_and_may_nothing()
    {
        var token = fleet.Provider.Sign(t => t.Claims["groups"] = new[] { "others" });
        (await AskAsync(token)).Body.GetProperty("grants").GetArrayLength().ShouldBe(0);
        (await AskAsync(token, "rollouts")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_browser_signs_in_and_a_restart_keeps_it_signed_in_and_a_change_from_another_site_is_refused()
    {
        var cookies = new CookieContainer();
        using var handler = new HttpClientHandler { CookieContainer = cookies };
        using var browser = new HttpClient(handler);
        var url = fleet.Server.Nobody.BaseAddress!;
        // Through the provider and back; the page itself is not there yet.
        using (var signed = await browser.GetAsync(new Uri(url, "/login?to=/api/v1/whoami")))
        {
            signed.StatusCode.ShouldBe(HttpStatusCode.OK, await signed.Content.ReadAsStringAsync());
            var who = await RunningServer.JsonAsync(signed);
            who.GetProperty("name").GetString().ShouldBe("ann");
            who.GetProperty("source").GetString().ShouldBe("web 127.0.0.1");
        }

        var session = cookies.GetCookies(url).ShouldHaveSingleItem();
        session.HttpOnly.ShouldBeTrue();
        (await ChangeAsync(browser, url, ("Sec-Fetch-Site", "cross-site"))).ShouldBe(HttpStatusCode.Forbidden);
        (await ChangeAsync(browser, url, ("Origin", "https://evil.example"))).ShouldBe(HttpStatusCode.Forbidden);
        (await ChangeAsync(browser, url, ("X", "1"))).ShouldBe(HttpStatusCode.Forbidden, "a browser says where it comes from");
        (await ChangeAsync(browser, url, ("Sec-Fetch-Site", "same-origin"))).ShouldBe(HttpStatusCode.OK);

        await fleet.RestartAsync();
        using var other = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = fleet.Server.Nobody.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/whoami") { Headers = { { "Cookie", $"{session.Name}={session.Value}" } } };
        using var still = await other.SendAsync(request);
        still.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/rollouts", "/rollouts")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData(null, "/")]
    public void A_sign_in_leads_back_to_this_server_only(string? to, string where) => SignInEndpoints.Here(to).ShouldBe(where);

    [Fact]
    public void Wrong_settings_are_told_all_at_once()
    {
        var problems = new List<string>();
        OidcOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Fleet:Access:Oidc:Authority"] = "http://id.example.org",
            ["Fleet:Access:Oidc:Session"] = "1s",
            ["Fleet:Access:Groups:0:Group"] = "ops",
            ["Fleet:Access:Groups:0:Role"] = "worker",
            ["Fleet:Access:Groups:1:Role"] = "viewer",
        }).Build(), problems);
        problems.Count.ShouldBe(5);
        problems.ShouldContain(p => p.Contains("http://id.example.org") && p.Contains("https"));
    }

    private static async Task<HttpStatusCode> ChangeAsync(HttpClient browser, Uri url, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, "/api/v1/handover")) { Content = JsonContent.Create(new { to = "bob" }) };
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var response = await browser.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string token, string path = "whoami")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/{path}") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await fleet.Server.Nobody.SendAsync(request);
        return (response.StatusCode, await RunningServer.JsonAsync(response));
    }
}
