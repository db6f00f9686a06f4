using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Tests.Api;

namespace Fleet.Server.Tests.Access;

/// <summary>Who approves, whichever way they come in.</summary>
public sealed class ApprovalApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task Nobody_approves_their_own_by_another_name_and_one_of_a_group_is_among_those_who_do()
    {
        using (await server.ImportAsync("av1"))
        {
        }

        await server.AddPackageAsync();
        await server.BeatAsync();
        const string Strategy = "apiVersion: fleet/v1\nname: approved\napprovals: {required: 2, oneOf: ['group:sre']}\nwaves: [{name: all}]\n";
        using (var started = await SendAsync(server.Operator, "rollouts", new StartRequest { Zones = "av1", Package = "4.3.2-20261101", Name = "to-approve", Strategy = Strategy }, "ann"))
            started.StatusCode.ShouldBe(HttpStatusCode.Created, await started.Content.ReadAsStringAsync());

        // The shared token is one person at most, whatever names it is used with.
        using (var other = await SendAsync(server.Operator, "rollouts/to-approve/approve", new { }, "bob"))
            (await RunningServer.CodesAsync(other)).ShouldBe(["approval-of-own"]);
        using var ann = await PersonAsync("ann", "approver");
        using (var own = await SendAsync(ann, "rollouts/to-approve/approve", new { }))
            (await RunningServer.CodesAsync(own)).ShouldBe(["approval-of-own"]);
        using var operates = await PersonAsync("olga", "operator");
        using (var not = await SendAsync(operates, "rollouts/to-approve/approve", new { }))
            not.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var decision = (await server.GetAsync("decisions?rollout=to-approve"))[0].GetProperty("id").GetString();
        using (var not = await SendAsync(operates, $"decisions/{decision}/answer", new { choice = "approve" }))
            not.StatusCode.ShouldBe(HttpStatusCode.Forbidden, "who answers questions does not approve");

        using var bob = await PersonAsync("bob", "approver");
        using var cleo = await PersonAsync("cleo", "approver");
        using var dan = await PersonAsync("dan", "approver", "sre");
        foreach (var person in new[] { bob, cleo })
        {
            using var given = await SendAsync(person, "rollouts/to-approve/approve", new { });
            (await RunningServer.JsonAsync(given)).GetProperty("state").GetString().ShouldBe("waiting-approval", "nobody of the group is among them");
        }

        using (var last = await SendAsync(dan, $"decisions/{decision}/answer", new { choice = "approve" }))
            last.StatusCode.ShouldBe(HttpStatusCode.OK, await last.Content.ReadAsStringAsync());
        (await server.GetAsync("rollouts/to-approve")).GetProperty("state").GetString().ShouldBe("running");
        var audit = (await server.GetAsync("audit?rollout=to-approve")).EnumerateArray().ToList();
        audit.Where(a => a.GetProperty("code").GetString() == "approval-given").Select(a => a.GetProperty("actor").GetString()).ShouldBe(["bob", "cleo", "dan"]);
        audit.ShouldAllBe(a => a.GetProperty("plan").GetString()!.Length == 64);
        (await server.GetAsync("audit")).EnumerateArray().Where(a => a.GetProperty("outcome").GetString() == "refused").Select(a => a.GetProperty("args").GetProperty("because").GetString()).ShouldContain("approval-of-own");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, object body, string? user = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{path}") { Content = JsonContent.Create(body, body.GetType(), options: Fleet.Server.Api.ApiJson.Options) };
        if (user is not null)
            request.Headers.Add("Fleet-User", user);
        return await client.SendAsync(request);
    }

    private async Task<HttpClient> PersonAsync(string name, string role, params string[] groups)
    {
        using var made = await server.PostAsync("tokens", new { name, grants = new object[] { new { role, zones = "all" } }, groups });
        return new HttpClient
        {
            BaseAddress = server.Nobody.BaseAddress,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", (await RunningServer.JsonAsync(made)).GetProperty("token").GetString()) },
        };
    }
}
