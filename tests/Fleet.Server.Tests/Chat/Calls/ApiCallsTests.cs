using Fleet.Orchestration.Identities;
using Fleet.Runbooks.Texts;
using Fleet.Server.Api.Access;
using Fleet.Server.Api.Plans;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Zones;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Tests.Chat.Calls;

public sealed class ApiCallsTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ApiCalls Calls => server.Services.GetRequiredService<ApiCalls>();

    [Fact]
    public async Task Whoever_calls_is_who_the_call_says_with_the_rights_it_says()
    {
        await server.ImportAsync("pek1a", "cd1a");
        var me = (await CallAsync(ApiCall.Of("WhoAmI"), Of(Role.Viewer, "pek1a"))).Read<WhoAmIDocument>();
        (me.Name, me.Source, me.Zones).ShouldBe(("ann", "chat irc/#ops", 1));
    }

    [Fact]
    public async Task A_viewer_cannot_pause_and_the_attempt_is_on_record_with_where_it_came_from()
    {
        var refused = await CallAsync(ApiCall.Of("PauseRollout", ("id", "nothing")), Of(Role.Viewer));
        refused.Status.ShouldBe(403);
        refused.Errors.Single().Code.ShouldBe("access-not-allowed");
        var entries = (await CallAsync(new ApiCall("ListAudit") { Query = new Dictionary<string, string?> { ["limit"] = "1000" } }, Of(Role.Admin))).Read<List<AuditDocument>>();
        entries.ShouldContain(e => e.Code == "access-refused" && e.Actor == "ann" && e.Source == "chat irc/#ops" && e.Args["asked"] == "PauseRollout");
    }

    [Fact]
    public async Task What_is_out_of_scope_is_not_found_and_what_is_changed_tells_who_and_where_from()
    {
        await server.ImportAsync("pek1a", "cd1a");
        await server.BeatAsync();
        var package = (await server.AddPackageAsync()).GetProperty("id").GetString();
        var request = new StartRequest { Zones = "pek1a", Package = package, Name = "by-chat" };
        var started = await CallAsync(new ApiCall("StartRollout") { Body = request }, Of(Role.Operator));
        started.Status.ShouldBe(201, System.Text.Encoding.UTF8.GetString(started.Body.Span));
        started.Read<RolloutDocument>().StartedBy.ShouldBe("ann");

        var elsewhere = await CallAsync(ApiCall.Of("PauseRollout", ("id", "by-chat")), Of(Role.Operator, "cd1a"));
        elsewhere.Status.ShouldBe(404);
        elsewhere.Errors.Single().Code.ShouldBe("rollout-not-found");
        (await CallAsync(ApiCall.Of("PauseRollout", ("id", "by-chat")), Of(Role.Operator))).Ok.ShouldBeTrue();

        var query = new Dictionary<string, string?> { ["rollout"] = "by-chat" };
        var entries = (await CallAsync(new ApiCall("ListAudit") { Query = query }, Of(Role.Viewer))).Read<List<AuditDocument>>();
        entries.Where(e => e.Actor == "ann").ShouldAllBe(e => e.Source == "chat irc/#ops");
        entries.ShouldContain(e => e.Actor == "ann" && e.Code == "rollout-paused");
        (await CallAsync(new ApiCall("AbortRollout") { Route = new Dictionary<string, string> { ["id"] = "by-chat" }, Body = new AbortRequest() }, Of(Role.Operator))).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_wrong_is_told_in_the_language_of_the_call_and_by_the_same_checks()
    {
        var call = new ApiCall("MakePlan") { Body = new { zones = "all", package = "x", nonsense = 1 } };
        var told = await Calls.CallAsync(call, Of(Role.Operator), Language.Chinese, Cancellation);
        (told.Status, told.Errors.Single().Code).ShouldBe((400, "request-unknown-member"));
        told.Errors.Single().Message.ShouldNotBe((await CallAsync(call, Of(Role.Operator))).Errors.Single().Message);
    }

    [Fact]
    public async Task An_operation_that_is_not_there_is_a_mistake_of_ours() =>
        await Should.ThrowAsync<InvalidOperationException>(() => CallAsync(ApiCall.Of("NoSuchThing"), Of(Role.Admin)));

    private Task<ApiAnswer> CallAsync(ApiCall call, Caller caller) => Calls.CallAsync(call, caller, Language.English, Cancellation);

    private static Caller Of(Role role, string zones = Grant.All) => new() { Name = "ann", Rights = Rights.Of(role, zones), Source = "chat irc/#ops" };
}
