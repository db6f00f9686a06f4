using System.Text.Json;

namespace Fleet.Runbooks.Facts;

/// <summary>What was not fine before the upgrade. Items that were fine need no entry: whatever is bad and not in here counts.</summary>
public sealed record HealthBaseline(int Items, IReadOnlyList<string> Bad)
{
    /// <summary>The fact that keeps it, as JSON.</summary>
    public const string Fact = "health.baseline";

    /// <returns>Null: there is none, or it cannot be read.</returns>
    public static HealthBaseline? Read(IReadOnlyDictionary<string, string> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
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
