using System.Text.Json;
using Fleet.Cli.Tests.Schemas;

namespace Fleet.Cli.Tests.Processes;

/// <summary>Tokens and people by the program, against a running server.</summary>
public sealed class AccessCommandTests(ServedFleet fleet) : IClassFixture<ServedFleet>
{
    [Fact]
    public async Task A_person_gets_a_token_and_is_that_person_until_it_is_revoked()
    {
        (await JsonAsync("whoami")).GetProperty("name").GetString()!.ShouldStartWith("operator");
        var made = await JsonAsync("token create", "--name", "ann", "--role", "operator", "--role", "approver", "--zones", "region=pek", "--expires", "30d");
        var ann = new Dictionary<string, string?>(fleet.Client) { ["FLEET_TOKEN"] = made.GetProperty("token").GetString() };
        var (code, who) = await Run.FleetAsync(ann, "whoami");
        code.ShouldBe(0, who);
        who.ShouldContain("ann");
        who.ShouldContain("operator (region=pek), approver (region=pek)");
        (await JsonAsync("token list")).GetArrayLength().ShouldBe(1);
        (await Run.FleetAsync(ann, "token", "create", "--role", "admin")).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(2), r => r.Output.ShouldContain("has not got the role admin"));
        (await fleet.FleetAsync("token", "create", "--role", "cook")).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(2), r => r.Output.ShouldContain("cook"));
        await JsonAsync("token revoke", made.GetProperty("about").GetProperty("id").GetString()![..6]);
        (await Run.FleetAsync(ann, "whoami")).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(4), r => r.Output.ShouldContain("was revoked"));
    }

    [Fact]
    public async Task Sessions_of_a_person_are_ended_and_it_is_shown_by_whom()
    {
        (await JsonAsync("session revoke", "ann")).GetProperty("name").GetString().ShouldBe("ann");
        (await JsonAsync("session list"))[0].GetProperty("by").GetString()!.ShouldStartWith("operator");
        (await fleet.FleetAsync("session", "revoke", "coordinator")).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(2), r => r.Output.ShouldContain("no person's name"));
    }

    [Fact]
    public async Task Accounts_in_chats_are_linked_and_unlinked_and_the_audit_is_exported_line_by_line()
    {
        await JsonAsync("identity link", "irc", "ann", "--name", "ann", "--role", "operator");
        (await JsonAsync("identity list")).GetArrayLength().ShouldBe(1);
        await JsonAsync("identity unlink", "irc", "ann");
        var lines = (await fleet.WellAsync("audit", "--jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        lines.ShouldContain(l => l.GetProperty("code").GetString() == "chat-account-unlinked" && l.GetProperty("source").GetString() == "api 127.0.0.1");
    }

    private async Task<JsonElement> JsonAsync(string command, params string[] arguments)
    {
        var document = JsonDocument.Parse(await fleet.WellAsync([.. command.Split(' '), .. arguments, "-o", "json"])).RootElement;
        new SchemaCheck(CliSchemaTests.Committed).Errors(document, CliSchemaTests.Committed["properties"]![command]!).ShouldBeEmpty($"fleet {command}");
        return document;
    }
}
