using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Signatures;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests;

/// <summary>A server and its worker that take only what somebody of their list has signed.</summary>
[Trait("Speed", "Slow")]
public sealed class SignedTests : IAsyncLifetime
{
    private const string Zone = "pek1a";
    private const string Site = "apiVersion: fleet/v1\nname: site\nversion: 1\nextends: qingcloud-upgrade\nsettings: {paths.moved-out: /pitrix/backup/site}\n";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);
    private readonly SshKeygen keygen = new();
    private Lab? lab;
    private FleetServer? server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => lab = await Lab.StartAsync(new LabOptions { Zones = [new ZoneSpec(Zone, "sub")] }, Cancellation);

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        if (lab is not null)
            await lab.DisposeAsync();
        keygen.Dispose();
    }

    [Fact]
    public async Task An_unsigned_runbook_holds_the_zone_untouched_and_with_its_signature_the_upgrade_goes_on_to_its_end()
    {
        var key = keygen.Key("ed25519");
        var signers = keygen.PathOf("signers");
        await File.WriteAllTextAsync(signers, $"ann@example.com namespaces=\"fleet-runbook,fleet-package\" {SshKeygen.PublicOf(key)}\n", Cancellation);
        server = await FleetServer.StartAsync(keygen.PathOf("data"), Cancellation, environment: new Dictionary<string, string?>
        {
            ["Fleet__Runbooks__RequireSigned"] = "true",
            ["Fleet__Runbooks__Signers"] = signers,
            ["Fleet__Packages__RequireSigned"] = "true",
            ["Fleet__Packages__Signers"] = signers,
        });
        using var person = new Operator(server);
        await person.ImportAsync(lab!.InventoryPath, Cancellation);

        (await Should.ThrowAsync<InvalidOperationException>(() => person.AddPackageAsync(lab.Package.Path, Cancellation))).Message.ShouldContain("only signed packages");
        await File.WriteAllTextAsync(keygen.PathOf("package.sig"), keygen.Sign(key, SignatureChecks.Package, await File.ReadAllBytesAsync(lab.Package.Path, Cancellation)), Cancellation);
        var package = await person.AddPackageAsync(lab.Package.Path, Cancellation, keygen.PathOf("package.sig"));
        (await person.JsonAsync(Cancellation, "packages", "show", package)).Text("signedBy").ShouldBe("ann@example.com");

        var runbook = keygen.PathOf("site.yaml");
        await File.WriteAllTextAsync(runbook, Site, Cancellation);
        await person.DoAsync(Cancellation, "runbook", "add", runbook);
        var rollout = await person.StartAsync(Zone, package, Cancellation, "--runbook", "site");
        var asked = await AskedAsync(person, rollout);
        asked.ToString().ShouldContain("runbook-unsigned");
        var zone = (await person.ShowAsync(rollout, Cancellation)).Items("zones").Single();
        zone.Text("state").ShouldBe("held", zone.ToString());
        lab.Zones[Zone].Journal().ShouldBeEmpty("nothing was run there");
        (await person.GetAsync($"/api/v1/rollouts/{rollout}/zones/{Zone}/transcripts", Cancellation)).GetArrayLength().ShouldBe(0);

        // Somebody looks at it, signs it and says to go on.
        await person.DoAsync(Cancellation, "runbook", "sign", runbook, "--key", key);
        await person.DoAsync(Cancellation, "runbook", "add", runbook, "--signature", $"{runbook}.sig");
        (await person.AnswerAsync(asked.Text("id"), new Reply("retry"), Cancellation)).ShouldBeNull();
        var shown = await person.SeeThroughAsync(rollout, _ => null, Limit, Cancellation);
        shown.Text("state").ShouldBe("succeeded", shown + server.Output);
        lab.Zones[Zone].Journal().ShouldNotBeEmpty();
        (await person.JsonAsync(Cancellation, "packages", "show", package)).Items("usedBy").Single().Text("state").ShouldBe("succeeded");
    }

    private async Task<JsonElement> AskedAsync(Operator person, string rollout)
    {
        IReadOnlyList<JsonElement> open = [];
        await Eventually.BeTrueAsync(
            async () =>
            {
                (await person.ShowAsync(rollout, Cancellation)).Text("state").ShouldBe("running", "it ends without having asked");
                return (open = await person.OpenDecisionsAsync(Cancellation)).Count > 0;
            },
            TimeSpan.FromMinutes(5), Cancellation, () => server!.Output);
        return open.ShouldHaveSingleItem();
    }
}
