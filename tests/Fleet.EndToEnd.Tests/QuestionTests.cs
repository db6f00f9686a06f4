using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests;

/// <summary>What many zones ask at once: one question, one answer, from one person.</summary>
[Trait("Speed", "Slow")]
public sealed class QuestionTests
{
    private const int Asking = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twelve_zones_of_twenty_four_ask_the_same_and_one_answer_of_the_one_who_took_it_on_is_enough()
    {
        await using var site = await EmbeddedFleet.StartAsync([.. Zones("q", "sub+proxy-fails-always", Asking), .. Zones("w", "sub", Asking)], Cancellation);
        var rollout = await site.StartAsync("all", Cancellation, "--max-parallel", "24", "--name", "many");
        var open = await AskedAsync(site.Operator, Asking, () => site.Server.Output);
        open.Select(d => d.Text("fingerprint")).Distinct().Count().ShouldBe(1);
        open[0].GetProperty("prompt").Text("component").ShouldBe("proxy/proxy");
        open[0].Text("question").ShouldNotBeEmpty();

        // One line for all of them.
        var (_, listed) = await FleetProgram.RunAsync(site.Server, ["decisions", "list"], Cancellation);
        listed.Split('\n').Count(l => l.Contains("upgrade-packages", StringComparison.Ordinal)).ShouldBe(1, listed);
        listed.ShouldContain("10 more");

        using var ann = Person(site.Server, "ann");
        using var bob = Person(site.Server, "bob");
        (await PostAsync(ann, open[0], "claim", new { scope = "rollout" })).Status.ShouldBe(200);
        var refused = await PostAsync(bob, open[5], "answer", new { choice = "yes" });
        refused.ShouldSatisfyAllConditions(r => r.Status.ShouldBe(409), r => r.Body.ToString().ShouldContain("operator/ann"));
        var answered = await PostAsync(ann, open[0], "answer", new { choice = "yes", scope = "rollout", comment = "a mirror is behind; it will catch up" });
        answered.Status.ShouldBe(200);
        answered.Body.Items("answered").Count().ShouldBe(Asking, answered.Body.ToString());
        answered.Body.Items("refused").ShouldBeEmpty();

        var shown = await site.Operator.SeeThroughAsync(rollout, _ => null, Limit, Cancellation);
        shown.Text("state").ShouldBe("succeeded", shown + site.Server.Output);
        foreach (var zone in shown.Items("zones"))
            zone.Items("debts").Select(d => $"{d.Text("kind")} {d.Text("what")}").ShouldBe(zone.Text("name")[0] == 'q' ? [$"ignored-node {zone.Text("name")}-proxy1: proxy/proxy"] : [], zone.ToString());
        foreach (var zone in site.Lab.Zones.Values)
            zone.Journal().Count(e => e.What == "answer").ShouldBe(zone.Journal().Count(e => e.What == "prompt"), zone.Name);
        var audit = await site.Operator.GetAsync($"/api/v1/audit?rollout={rollout}&limit=5000", Cancellation);
        audit.EnumerateArray().Where(a => a.Text("code") == "answer-given" && a.Text("actor") == "operator/ann").Select(a => a.Text("zone")).Distinct().Count().ShouldBe(Asking);

        // Whoever is asked the next time sees what became of it.
        var remembered = (await site.Operator.GetAsync($"/api/v1/decisions/{open[0].Text("id")}", Cancellation)).Items("memory").Single();
        (remembered.Text("choice"), remembered.GetProperty("times").GetInt32(), remembered.GetProperty("fine").GetInt32()).ShouldBe(("yes", Asking - 1, Asking - 1));
    }

    [Fact]
    public async Task Two_people_who_race_for_the_same_questions_are_each_answered_once_and_the_scripts_hear_one_of_them()
    {
        // Two coordinators over one store and one broker, each asked by one of them.
        await using var site = await DistributedFleet.StartAsync(new DistributedOptions { Zones = [.. Zones("q", "sub+proxy-fails-once", Asking / 2)], Coordinators = 2 }, Cancellation);
        var rollout = await site.StartAsync("all", Cancellation, "--max-parallel", "6", "--max-failures", "6", "--name", "race");
        var open = await AskedAsync(site.Operator, Asking / 2, () => site.Outputs);
        using var ann = Person(site.Coordinators[0], "ann");
        using var bob = Person(site.Coordinators[1], "bob");
        var both = await Task.WhenAll(PostAsync(ann, open[0], "answer", new { choice = "yes", scope = "all-alike" }), PostAsync(bob, open[^1], "answer", new { choice = "no", scope = "all-alike" }));
        both.Where(b => b.Status == 200).SelectMany(b => b.Body.Items("answered")).Select(d => d.Text("zone")).Order().ShouldBe(site.Lab.Zones.Keys.Order(), "each question was taken once");

        // Where bob's no was heard the script ended; it is tried again, and nothing fails any more.
        var shown = await site.Operator.SeeThroughAsync(rollout, d => d.Text("kind") == "failed-step" ? new Reply("retry") : d.Text("kind") == "guard" ? new Reply("release") : null, Limit, Cancellation);
        shown.Text("state").ShouldBe("succeeded", shown + site.Outputs);
        var decisions = (await site.Operator.GetAsync($"/api/v1/decisions?rollout={rollout}&all=true", Cancellation)).EnumerateArray().Where(d => open.Any(o => o.Text("id") == d.Text("id"))).ToList();
        foreach (var decision in decisions)
        {
            decision.Text("answer").ShouldBe(decision.Text("answeredBy") == "operator/ann" ? "yes" : "no", decision.ToString());
            var heard = site.Lab.Zones[decision.Text("zone")].Journal().Where(e => e.What == "answer" && e.Detail.Contains("ignore the failed nodes", StringComparison.Ordinal)).ToList();
            heard.Count.ShouldBe(1, decision.Text("zone"));
        }
    }

    private static IEnumerable<ZoneSpec> Zones(string prefix, string profile, int count) => Enumerable.Range(1, count).Select(n => new ZoneSpec($"{prefix}{n:00}", profile));

    private static async Task<IReadOnlyList<JsonElement>> AskedAsync(Operator person, int count, Func<string> printed) =>
        await Eventually.GetAsync(async () => await person.OpenDecisionsAsync(Cancellation) is var open && open.Count == count ? open : null, Limit, Cancellation, printed);

    private static HttpClient Person(FleetServer server, string name)
    {
        var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.ClientEnvironment["FLEET_TOKEN"]);
        http.DefaultRequestHeaders.Add("Fleet-User", name);
        return http;
    }

    private static async Task<(int Status, JsonElement Body)> PostAsync(HttpClient person, JsonElement decision, string verb, object body)
    {
        using var answer = await person.PostAsJsonAsync(new Uri($"/api/v1/decisions/{decision.Text("id")}/{verb}", UriKind.Relative), body, JsonSerializerOptions.Web, Cancellation);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement.Clone());
    }
}
