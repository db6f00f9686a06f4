using System.Text.Json;
using System.Text.Json.Serialization;
using Fleet.Runbooks.Strategies;

namespace Fleet.Orchestration.Rollouts;

/// <summary>How many zones at once, how many may fail, and what one zone waits for from another.</summary>
internal sealed record Strategy
{
    /// <summary>The label with a limit of its own where nobody says otherwise.</summary>
    public const string Region = "region";

    /// <summary>The file's; null: no file was given.</summary>
    public string? Name { get; init; }
    public string? Digest { get; init; }

    /// <summary>1 … 1000, or a share of all zones.</summary>
    [JsonConverter(typeof(AmountConverter))]
    public required Amount MaxParallel { get; init; }
    public required Amount MaxFailures { get; init; }

    /// <summary>Only in rows of before labels had limits: zones of one region side by side.</summary>
    public int? MaxPerRegion { get; init; }
    public IReadOnlyDictionary<string, Amount> PerLabel { get; init; } = new Dictionary<string, Amount>();
    public IReadOnlyDictionary<string, Amount> PerPool { get; init; } = new Dictionary<string, Amount>();
    public bool SlowStart { get; init; }
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>A zone that is at work for longer counts as a failure until it has succeeded; null: none.</summary>
    public TimeSpan? ZoneTimeLimit { get; init; }

    /// <summary>After so long an unanswered question ends its zone as failed, and one about a wave stops the rollout; null: it stays open.</summary>
    public TimeSpan? Unanswered { get; init; }
    public GlobalOrder GlobalZones { get; init; }

    /// <summary>Minor versions of the installer that a sub zone may differ from its global zone; held at plan and start.</summary>
    public int? MaxSkew { get; init; }

    /// <summary>Null: nobody has to approve.</summary>
    public ApprovalRule? Approvals { get; init; }

    /// <summary>Earlier versions kept a number; one is still kept so.</summary>
    private sealed class AmountConverter : JsonConverter<Amount>
    {
        public override Amount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number
                ? new Amount(reader.GetInt32(), null)
                : Amount.Parse(reader.GetString() ?? "") ?? throw new JsonException("It is no number of zones and no share.");

        public override void Write(Utf8JsonWriter writer, Amount value, JsonSerializerOptions options)
        {
            if (value.Count is { } count)
                writer.WriteNumberValue(count);
            else
                writer.WriteStringValue(value.ToString());
        }
    }
}
