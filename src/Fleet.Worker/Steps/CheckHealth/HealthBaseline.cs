using System.Text.Json;

namespace Fleet.Worker.Steps.CheckHealth;

/// <summary>What was not fine before the upgrade. Items that were fine need no entry: whatever is bad and not in here counts.</summary>
internal sealed record HealthBaseline(int Items, IReadOnlyList<string> Bad)
{
    public const string Fact = "health.baseline";

    public static HealthBaseline? Read(IReadOnlyDictionary<string, string> facts)
    {
        try
        {
            return facts.GetValueOrDefault(Fact) is { } json ? JsonSerializer.Deserialize<HealthBaseline>(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string ToFact() => JsonSerializer.Serialize(this);
}
