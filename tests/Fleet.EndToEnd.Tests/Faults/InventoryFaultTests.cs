using Fleet.EndToEnd.Tests.Harness;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Faults;

[Collection(nameof(FaultParts))]
public sealed class InventoryFaultTests
{
    [Fact]
    [Fault("An inventory names one firstbox twice", "the import is refused as a whole; the sentence says where, and which zone has it already", Core = true)]
    public async Task An_inventory_that_names_one_firstbox_twice_is_refused()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec("pek1a", "sub")], cancellation);
        var twice = Path.Combine(site.Folder, "twice.yaml");
        var entry = site.Lab.Inventory[(site.Lab.Inventory.IndexOf("zones:", StringComparison.Ordinal) + "zones:\n".Length)..];
        await File.WriteAllTextAsync(twice, site.Lab.Inventory + entry.Replace("name: pek1a", "name: sh1a", StringComparison.Ordinal), cancellation);

        var (code, output) = await FleetProgram.RunAsync(site.Server, ["zones", "import", twice], cancellation);

        code.ShouldNotBe(0, output);
        output.ShouldContain("zones[1].firstbox");
        output.ShouldContain("pek1a");
        (await site.Operator.GetAsync("/api/v1/zones", cancellation)).EnumerateArray().Select(z => z.Text("name")).ShouldBe(["pek1a"]);
    }
}
