using Fleet.Orchestration.Identities;
using Fleet.Server.Access;
using Fleet.Server.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Server.Tests.Access;

public sealed class AdmissionTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task Beyond_this_machine_it_starts_only_where_it_can_be_told_who_people_are()
    {
        await StartAsync(new ServerOptions());
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(Remote()));
        refusal.Message.ShouldSatisfyAllConditions(m => m.ShouldContain("http://0.0.0.0:7070"), m => m.ShouldContain("Fleet:Access:Oidc:Authority"), m => m.ShouldContain("fleet token create"), m => m.ShouldContain("Fleet:Access:Token"));
        await StartAsync(Remote("a-token-that-somebody-chose"));

        using (await server.PostAsync("tokens", new { name = "w1", grants = new object[] { new { role = "worker", zones = "all" } } }))
            await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(Remote()), "a worker is nobody");
        using (await server.PostAsync("tokens", new { name = "ann", grants = new object[] { new { role = "admin", zones = "all" } } }))
            await StartAsync(Remote());
    }

    private static ServerOptions Remote(string? token = null) => new() { Listen = "http://0.0.0.0:7070", AllowRemote = true, Token = token };

    private Task StartAsync(ServerOptions options) => new Admission(options, server.Services.GetRequiredService<ITokens>(), NullLogger<Admission>.Instance).StartAsync(TestContext.Current.CancellationToken);
}
