using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fleet.Server.Tests.Api;

namespace Fleet.Server.Tests.Access;

public sealed class TokenApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly object[] Operates = [new { role = "operator", zones = "all" }];

    [Fact]
    public async Task A_token_is_told_once_and_only_its_digest_is_kept_and_the_audit_names_its_person()
    {
        var made = await MakeAsync(server.Operator, new { name = "ann", grants = Operates, expires = "30d" });
        var token = made.GetProperty("token").GetString()!;
        token.ShouldMatch("^fleet_[0-9a-f]{12}_[0-9a-f]{64}$");
        (await server.GetAsync("tokens")).GetRawText().ShouldNotContain(token);
        foreach (var file in Directory.EnumerateFiles(server.Data, "fleet.db*"))
            Text(file).ShouldNotContain(token);

        using var ann = Client(token);
        ann.DefaultRequestHeaders.Add("Fleet-User", "mallory");
        using var passed = await ann.PostAsJsonAsync("/api/v1/handover", new { to = "bob" });
        passed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await JsonAsync(ann, "whoami")).GetProperty("name").GetString().ShouldBe("ann", "who comes with their own token is nobody else");
        var entry = (await server.GetAsync("audit")).EnumerateArray().Single(a => a.GetProperty("code").GetString() == "token-created" && a.GetProperty("args").GetProperty("name").GetString() == "ann");
        (entry.GetProperty("actor").GetString(), entry.GetProperty("source").GetString(), entry.GetProperty("outcome").GetString()).ShouldBe(("operator", "api 127.0.0.1", "done"));
    }

    [Fact]
    public async Task Nobody_gives_more_than_they_have_and_only_admins_give_to_others()
    {
        var token = (await MakeAsync(server.Operator, new { name = "carl", grants = new object[] { new { role = "operator", zones = "region=pe" } } })).GetProperty("token").GetString()!;
        using var carl = Client(token);
        foreach (var (body, code) in new (object, string)[]
        {
            (new { grants = Operates }, "access-beyond-own"),
            (new { grants = new object[] { new { role = "approver", zones = "region=pe" } } }, "access-beyond-own"),
            (new { name = "dora", grants = new object[] { new { role = "viewer", zones = "region=pe" } } }, "token-of-another"),
            (new { grants = new object[] { new { role = "viewer", zones = "region=pe" } }, groups = new[] { "sre" } }, "access-group-beyond-own"),
        })
        {
            using var refused = await carl.PostAsJsonAsync("/api/v1/tokens", body);
            refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await RunningServer.CodesAsync(refused)).ShouldBe([code]);
        }

        var own = await MakeAsync(carl, new { grants = new object[] { new { role = "viewer", zones = "region=pe" } }, expires = "365d" });
        var mine = (await JsonAsync(carl, "tokens")).EnumerateArray().ToList();
        mine.ShouldAllBe(t => t.GetProperty("name").GetString() == "carl");
        mine.Select(t => t.GetProperty("expiresAt").GetDateTimeOffset()).Distinct().Count().ShouldBe(1, "what is stolen is not made to last");
        using var others = await carl.DeleteAsync($"/api/v1/tokens/{(await MakeAsync(server.Operator, new { name = "erin", grants = Operates })).GetProperty("about").GetProperty("id").GetString()}");
        others.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var revoked = await carl.DeleteAsync($"/api/v1/tokens/{own.GetProperty("about").GetProperty("id").GetString()}");
        revoked.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var gone = Client(own.GetProperty("token").GetString()!);
        using var answer = await gone.GetAsync("/api/v1/whoami");
        (await RunningServer.CodesAsync(answer)).ShouldBe(["access-token-revoked"]);
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("Coordinator")]
    [InlineData("operator/ann")]
    [InlineData("policy:guard")]
    [InlineData("")]
    public async Task Nobody_is_called_like_a_part_of_Fleet(string name)
    {
        using var refused = await server.Operator.PostAsJsonAsync("/api/v1/tokens", new { name, grants = Operates });
        (await RunningServer.CodesAsync(refused)).ShouldBe(["token-bad-name"]);
    }

    [Fact]
    public async Task A_zone_that_gets_another_label_changes_hands_at_once()
    {
        using (await server.ImportAsync("qa1"))
        {
        }

        using var gina = Client((await MakeAsync(server.Operator, new { name = "gina", grants = new object[] { new { role = "viewer", zones = "region=qa" } } })).GetProperty("token").GetString()!);
        (await JsonAsync(gina, "zones")).GetArrayLength().ShouldBe(1);
        using (await server.Operator.PostAsync("/api/v1/zones/import", new StringContent(RunningServer.Inventory("qa1").Replace("region: qa", "region: zz", StringComparison.Ordinal))))
        {
        }

        (await JsonAsync(gina, "zones")).GetArrayLength().ShouldBe(0);
        using var hidden = await gina.GetAsync("/api/v1/zones/qa1");
        using var nowhere = await gina.GetAsync("/api/v1/zones/qa2");
        (hidden.StatusCode, (await ErrorsAsync(hidden)).Replace("qa1", "?", StringComparison.Ordinal)).ShouldBe((nowhere.StatusCode, (await ErrorsAsync(nowhere)).Replace("qa2", "?", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Refused_attempts_are_on_record_and_asking_on_and_on_fills_nothing()
    {
        using var hugo = Client((await MakeAsync(server.Operator, new { name = "hugo", grants = new object[] { new { role = "viewer", zones = "all" } } })).GetProperty("token").GetString()!);
        for (var i = 0; i < 30; i++)
        {
            using var refused = await hugo.PostAsJsonAsync("/api/v1/handover", new { to = "bob" });
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        var entries = (await server.GetAsync("audit")).EnumerateArray().Where(a => a.GetProperty("actor").GetString() == "hugo").ToList();
        entries.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            e => e.GetProperty("outcome").GetString().ShouldBe("refused"),
            e => e.GetProperty("args").GetProperty("asked").GetString().ShouldBe("HandOver"),
            e => e.GetProperty("source").GetString().ShouldBe("api 127.0.0.1"));
    }

    [Fact]
    public async Task An_account_in_a_chat_is_a_persons_until_it_is_unlinked()
    {
        using var linked = await server.Operator.PutAsJsonAsync("/api/v1/chat-accounts/irc/ida", new { name = "ida", grants = Operates });
        linked.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.GetAsync("chat-accounts"))[0].GetProperty("name").GetString().ShouldBe("ida");
        using var unlinked = await server.Operator.DeleteAsync("/api/v1/chat-accounts/irc/ida");
        unlinked.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var again = await server.Operator.DeleteAsync("/api/v1/chat-accounts/irc/ida");
        again.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<string> ErrorsAsync(HttpResponseMessage response) => (await RunningServer.JsonAsync(response)).GetProperty("errors").GetRawText();

    private static string Text(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private static async Task<JsonElement> MakeAsync(HttpClient by, object body)
    {
        using var made = await by.PostAsJsonAsync("/api/v1/tokens", body);
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return await RunningServer.JsonAsync(made);
    }

    private static async Task<JsonElement> JsonAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync($"/api/v1/{path}");
        return await RunningServer.JsonAsync(answer);
    }

    private HttpClient Client(string token) => new() { BaseAddress = server.Nobody.BaseAddress, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
}
