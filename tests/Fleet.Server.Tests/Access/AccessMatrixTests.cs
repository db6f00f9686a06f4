using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fleet.Orchestration.Identities;
using Fleet.Server.Access;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Tests.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Tests.Access;

/// <summary>Every operation of the served document × every role × in and out of scope.</summary>
public sealed class AccessMatrixTests(MatrixServer fixture) : IClassFixture<MatrixServer>
{
    private readonly RunningServer server = fixture.Server;

    /// <summary>In nobody's answer who has the north only.</summary>
    private const string Hidden = "southern";

    /// <summary>Of nothing.</summary>
    private const string NoId = "00000000-0000-0000-0000-000000000001";

    private static readonly Role[] Roles = Enum.GetValues<Role>();

    [Fact]
    public async Task Every_operation_has_a_rule_and_every_rule_an_operation() =>
        (await OperationsAsync()).Select(o => o.Id).Order().ShouldBe(Rules.All.Keys.Order());

    [Fact]
    public void Every_endpoint_of_the_API_says_its_rule()
    {
        var endpoints = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        endpoints.Count.ShouldBe(Rules.All.Count);
        endpoints.ShouldAllBe(e => e.Metadata.GetMetadata<Need>() != null);
    }

    [Fact]
    public async Task Each_role_may_what_the_table_says_and_nothing_else()
    {
        var wrong = new List<string>();
        foreach (var role in Roles)
        {
            using var client = Client(await TokenAsync($"m-{role}", new Rights { Grants = [new Grant(role, Grant.All)] }));
            foreach (var operation in await OperationsAsync())
            {
                var (permission, scope) = Rules.All[operation.Id];
                var may = scope == ScopeOf.Self || role.Has(permission) || (scope == ScopeOf.Decision && permission == Permission.Answer && role.Has(Permission.Approve));
                using var response = await client.SendAsync(new HttpRequestMessage(operation.Method, Fill(operation.Path, _ => NoId)), HttpCompletionOption.ResponseHeadersRead);
                if (response.StatusCode == HttpStatusCode.Forbidden == may || response.StatusCode == HttpStatusCode.Unauthorized)
                    wrong.Add($"{role} {operation.Id}: {(int)response.StatusCode}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_unknown_expired_or_revoked_gets_anything()
    {
        var tokens = server.Services.GetRequiredService<ITokens>();
        var revoked = await MakeAsync("m-revoked", Rights.Of(Role.Admin));
        await tokens.RevokeAsync(revoked.View.Id, Admin, default);
        var expired = await MakeAsync("m-expired", Rights.Of(Role.Admin), TimeSpan.FromMilliseconds(1));
        var wrong = new List<string>();
        foreach (var (token, code) in new[] { (null, "access-token-missing"), ("fleet_000000000000_" + new string('0', 64), "access-token-unknown"), (revoked.Token, "access-token-revoked"), (expired.Token, "access-token-expired") })
        {
            using var client = Client(token);
            foreach (var operation in await OperationsAsync())
            {
                using var response = await client.SendAsync(new HttpRequestMessage(operation.Method, Fill(operation.Path, _ => NoId)));
                if (response.StatusCode != HttpStatusCode.Unauthorized || !(await RunningServer.CodesAsync(response)).Contains(code))
                    wrong.Add($"{code} {operation.Id}: {(int)response.StatusCode}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Out_of_scope_nothing_is_done_and_nothing_is_told()
    {
        await FillAsync();
        var wrong = new List<string>();
        foreach (var role in Roles.Where(r => r != Role.Worker))
        {
            using var client = Client(await TokenAsync($"n-{role}", new Rights { Grants = [new Grant(role, "region=pe")] }));
            foreach (var operation in await OperationsAsync())
            {
                var (permission, scope) = Rules.All[operation.Id];
                if (!role.Has(permission))
                    continue;
                using var response = await client.SendAsync(Request(operation, await IdsAsync(Hidden, "so1a")), HttpCompletionOption.ResponseHeadersRead);
                var text = operation.Id == "WatchRollout" ? "" : await response.Content.ReadAsStringAsync();
                var refused = response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound || text.Contains("access-zone-beyond-scope", StringComparison.Ordinal) || text.Contains("zone-not-found", StringComparison.Ordinal);
                if (scope is not (ScopeOf.Listed or ScopeOf.Self) && !refused)
                    wrong.Add($"{role} {operation.Id}: {(int)response.StatusCode} {text}");
                // What the caller has said itself is no news.
                if (permission == Permission.Read && scope is ScopeOf.Listed && (text.Contains(Hidden, StringComparison.Ordinal) || text.Contains("so1a", StringComparison.Ordinal)))
                    wrong.Add($"{role} {operation.Id} tells of it: {text}");
            }
        }

        wrong.ShouldBeEmpty();
        (await server.GetAsync($"rollouts/{Hidden}")).GetProperty("state").GetString().ShouldBe("running");
    }

    [Fact]
    public async Task In_scope_all_of_it_is_let_through()
    {
        await FillAsync();
        var wrong = new List<string>();
        foreach (var role in Roles.Where(r => r != Role.Worker))
        {
            using var client = Client(await TokenAsync($"i-{role}", new Rights { Grants = [new Grant(role, "region=pe")] }));
            foreach (var operation in (await OperationsAsync()).OrderBy(o => o.Method == HttpMethod.Get ? 0 : 1))
            {
                var (permission, scope) = Rules.All[operation.Id];
                if (!role.Has(permission) || scope is ScopeOf.Everything || operation.Id is "WatchRollout" or "RevokeToken" || operation.Path.Contains("/zones/{name}", StringComparison.Ordinal) && operation.Method == HttpMethod.Delete)
                    continue;
                using var response = await client.SendAsync(Request(operation, await IdsAsync("northern", "pe1a")));
                var text = await response.Content.ReadAsStringAsync();
                if (response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized || text.Contains("beyond-scope", StringComparison.Ordinal)
                    || (operation.Method == HttpMethod.Get && scope is ScopeOf.Rollout or ScopeOf.WholeRollout or ScopeOf.RolloutZone or ScopeOf.Report or ScopeOf.Zone && permission == Permission.Read && !response.IsSuccessStatusCode))
                    wrong.Add($"{role} {operation.Id}: {(int)response.StatusCode} {text}");
                if (permission == Permission.Read && (text.Contains(Hidden, StringComparison.Ordinal) || text.Contains("so1a", StringComparison.Ordinal)))
                    wrong.Add($"{role} {operation.Id} tells of the south: {text}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    private static Caller Admin { get; } = new() { Name = "root", Rights = Rights.Of(Role.Admin), Source = "test" };

    private async Task<MadeToken> MakeAsync(string name, Rights rights, TimeSpan? lifetime = null)
    {
        var made = await server.Services.GetRequiredService<ITokens>().CreateAsync(new CreateToken { Name = name, Rights = rights, Lifetime = lifetime }, Admin, default);
        made.Problems.ShouldBeEmpty();
        return made.Value!;
    }

    private async Task<string> TokenAsync(string name, Rights rights) => (await MakeAsync($"{name}-{Guid.NewGuid():N}", rights)).Token;

    private HttpClient Client(string? token) => new()
    {
        BaseAddress = server.Nobody.BaseAddress,
        DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
    };

    /// <summary>A rollout in the north and one in the south; nothing runs, as no worker is there.</summary>
    private async Task FillAsync()
    {
        if ((await server.GetAsync("rollouts")).EnumerateArray().Any(r => r.GetProperty("name").GetString() == Hidden))
            return;
        using var imported = await server.ImportAsync("pe1a", "pe2a", "so1a", "so2a");
        imported.IsSuccessStatusCode.ShouldBeTrue();
        await server.AddPackageAsync();
        await server.BeatAsync();
        foreach (var (name, zones) in new[] { ("northern", "pe1a,pe2a"), (Hidden, "so1a,so2a") })
        {
            using var planned = await server.PostAsync("plans", new StartRequest { Zones = zones, Package = "4.3.2-20261101" });
            using var looked = await server.PostAsync("checks", new { zones });
            using var started = await server.PostAsync("rollouts", new StartRequest { Zones = zones, Package = "4.3.2-20261101", Name = name });
            started.StatusCode.ShouldBe(HttpStatusCode.Created, await started.Content.ReadAsStringAsync());
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> IdsAsync(string rollout, string zone)
    {
        var plan = await FirstAsync("plans", "hash", p => p.GetProperty("hash").GetString()!, async h => (await server.GetAsync($"plans/{h}")).GetRawText().Contains(zone, StringComparison.Ordinal));
        var check = await FirstAsync("checks", "id", c => c.GetProperty("id").GetString()!, async i => (await server.GetAsync($"checks/{i}")).GetRawText().Contains(zone, StringComparison.Ordinal));
        return new Dictionary<string, string> { ["rollout"] = rollout, ["zone"] = zone, ["plan"] = plan, ["check"] = check };
    }

    private async Task<string> FirstAsync(string list, string what, Func<JsonElement, string> id, Func<string, Task<bool>> fits)
    {
        foreach (var one in (await server.GetAsync(list)).EnumerateArray().Select(id))
        {
            if (await fits(one))
                return one;
        }

        throw new InvalidOperationException($"No {what} in {list}.");
    }

    private static HttpRequestMessage Request((string Id, HttpMethod Method, string Path) operation, IReadOnlyDictionary<string, string> ids)
    {
        var path = Fill(operation.Path, name => name switch
        {
            "zone" or "name" => ids["zone"],
            "hash" => ids["plan"],
            "id" when operation.Path.Contains("/checks/", StringComparison.Ordinal) => ids["check"],
            "id" when operation.Path.Contains("/rollouts/", StringComparison.Ordinal) => ids["rollout"],
            "wave" => "canary",
            _ => NoId,
        });
        if (operation.Id == "LookAtCalendar")
            path += $"?selector={ids["zone"]}";
        var request = new HttpRequestMessage(operation.Method, path);
        if (operation.Method != HttpMethod.Get && operation.Method != HttpMethod.Delete)
            request.Content = Body(operation.Id, ids["zone"]);
        return request;
    }

    private static HttpContent Body(string id, string zone)
    {
        object? body = id switch
        {
            "StartRollout" or "MakePlan" => new { zones = zone, package = "4.3.2-20261101", maxParallel = 0 },
            "StartCheck" => new { zones = zone },
            "ProbeZones" => new { zones = zone, depth = "login" },
            "AddZone" => new { zone },
            "AnswerDecision" => new { choice = "yes" },
            "HandOver" => new { to = "nobody" },
            "PinHostKey" => new { fingerprint = "wrong" },
            "WaiveWindows" => new { reason = "" },
            "ReadmitNodes" => new { nodes = Array.Empty<string>() },
            "CreateToken" => new { grants = Array.Empty<object>() },
            "AddPackageOnFirstbox" => new { path = "x", sha256 = "y" },
            "SettleDebt" => new { comment = "seen to" },
            "AddPackage" => null,
            _ => new { },
        };
        return body is null ? new StringContent("", Encoding.UTF8, "application/octet-stream") : JsonContent.Create(body);
    }

    private static string Fill(string path, Func<string, string> value) => string.Join('/', path.Split('/').Select(s => s.StartsWith('{') ? Uri.EscapeDataString(value(s.Trim('{', '}'))) : s));

    private async Task<IReadOnlyList<(string Id, HttpMethod Method, string Path)>> OperationsAsync()
    {
        using var document = JsonDocument.Parse(await server.Nobody.GetStringAsync("/openapi/v1.json"));
        return
        [
            .. from path in document.RootElement.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               select (operation.Value.GetProperty("operationId").GetString()!, new HttpMethod(operation.Name.ToUpperInvariant()), path.Name),
        ];
    }
}
