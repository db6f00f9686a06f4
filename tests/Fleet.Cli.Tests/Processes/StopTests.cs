namespace Fleet.Cli.Tests.Processes;

public sealed class StopTests
{
    [Fact]
    public async Task A_server_that_is_told_to_end_does_so_at_once_and_finds_everything_again()
    {
        await using var fleet = new ServedFleet();
        await fleet.StartAsync();
        await fleet.WellAsync("zones", "import", fleet.Write("z.yaml", "apiVersion: fleet/v1\nzones:\n  - {name: og1, kind: sub, firstbox: {host: og1, user: root, password: ask}}\n"));
        var token = fleet.Client["FLEET_TOKEN"];
        (await fleet.StopAsync()).ShouldBe(0);
        await fleet.StartAsync();
        fleet.Client["FLEET_TOKEN"].ShouldBe(token);
        (await fleet.WellAsync("zones", "list")).ShouldContain("og1");
    }
}
