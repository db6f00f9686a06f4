using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts.Workers;

namespace Fleet.Contracts.Tests;

/// <summary>asyncapi.yaml cannot drift: its schemas are the records', its channels the queues', its messages the messages.</summary>
public sealed class AsyncApiTests
{
    private static readonly JsonObject Document = YamlJson.Read(Repository.PathOf("contracts", "schemas", "asyncapi.yaml"));

    private static JsonObject Components => Document["components"]!.AsObject();

    public static TheoryData<string> TypeNames => [.. Messages.Records.Concat(Messages.Enums).Select(t => t.Name)];

    [Fact]
    public void It_is_AsyncAPI_3_with_the_current_contract_number()
    {
        Document["asyncapi"]!.GetValue<string>().ShouldBe("3.0.0");
        Document["info"]!["version"]!.ToString().ShouldBe(ContractNumber.Current.ToString());
    }

    [Theory]
    [MemberData(nameof(TypeNames))]
    public void A_schema_says_what_its_record_says(string name)
    {
        var expected = WireSchema.Of(Messages.Records.Concat(Messages.Enums).Single(t => t.Name == name));
        var written = Components["schemas"]![name];
        JsonNode.DeepEquals(WithoutDescriptions(written), expected).ShouldBeTrue($"contracts/schemas/asyncapi.yaml, components.schemas.{name} should be:\n    {name}:\n{Yaml(expected, 6)}");
    }

    [Fact]
    public void It_has_no_schema_that_no_record_stands_for() =>
        Components["schemas"]!.AsObject().Select(s => s.Key).Except(Messages.Records.Concat(Messages.Enums).Select(t => t.Name)).ShouldBeEmpty();

    [Fact]
    public void Every_message_is_there_with_its_payload_and_its_name_on_the_wire()
    {
        var messages = Components["messages"]!.AsObject();
        messages.Select(m => m.Key).Order(StringComparer.Ordinal).ShouldBe(Messages.All.Select(t => t.Name));
        foreach (var type in Messages.All)
        {
            var message = messages[type.Name]!;
            message["name"]!.GetValue<string>().ShouldBe($"urn:message:{type.Namespace}:{type.Name}");
            message["payload"]!["$ref"]!.GetValue<string>().ShouldBe($"#/components/schemas/{type.Name}");
            message["summary"]!.GetValue<string>().ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void Every_message_travels_in_exactly_one_channel_and_has_one_operation()
    {
        var inChannels = Channels.SelectMany(c => c.Value!["messages"]!.AsObject().Select(m => (Channel: c.Key, Message: m.Key, Ref: m.Value!["$ref"]!.GetValue<string>()))).ToList();
        inChannels.Select(m => m.Message).Order(StringComparer.Ordinal).ShouldBe(Messages.All.Select(t => t.Name));
        inChannels.ShouldAllBe(m => m.Ref == $"#/components/messages/{m.Message}");

        var inOperations = Document["operations"]!.AsObject().SelectMany(o => o.Value!["messages"]!.AsArray().Select(m => m!["$ref"]!.GetValue<string>())).ToList();
        inOperations.Order(StringComparer.Ordinal).ShouldBe(inChannels.Select(m => $"#/channels/{m.Channel}/messages/{m.Message}").Order(StringComparer.Ordinal));
        foreach (var (name, operation) in Document["operations"]!.AsObject())
        {
            var channel = operation!["channel"]!["$ref"]!.GetValue<string>();
            operation["messages"]!.AsArray().ShouldAllBe(m => m!["$ref"]!.GetValue<string>().StartsWith(channel + "/messages/"), name);
        }
    }

    [Fact]
    public void The_channels_are_the_queues()
    {
        var addresses = Channels.Select(c => c.Value!["address"]?.GetValue<string>()).Where(a => a is not null).ToList();
        addresses.ShouldBe(
            [Endpoints.Pool("{pool}"), Endpoints.Worker("{workerId}"), Endpoints.ZoneUpgrades, Endpoints.Rollouts, Endpoints.Workers, Endpoints.Checks, Endpoints.Guards, Endpoints.Transcripts], ignoreOrder: true);
    }

    private static JsonObject Channels => Document["channels"]!.AsObject();

    private static JsonNode? WithoutDescriptions(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                return new JsonObject(map.Where(p => p.Key != "description" || p.Value is not JsonValue).Select(p => KeyValuePair.Create(p.Key, WithoutDescriptions(p.Value))));
            case JsonArray list:
                return new JsonArray([.. list.Select(WithoutDescriptions)]);
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>Ready to be put into the file.</summary>
    private static string Yaml(JsonNode node, int indent)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in node.AsObject())
        {
            text.Append(' ', indent).Append(key).Append(':');
            if (value is JsonObject { Count: > 0 } map && !map.All(p => p.Value is JsonValue))
                text.Append('\n').Append(Yaml(map, indent + 2));
            else
                text.Append(' ').Append(Flow(value!)).Append('\n');
        }

        return text.ToString();
    }

    private static string Flow(JsonNode node) => node switch
    {
        JsonObject map => $"{{{string.Join(", ", map.Select(p => $"{p.Key}: {Flow(p.Value!)}"))}}}",
        JsonArray list => $"[{string.Join(", ", list.Select(i => Flow(i!)))}]",
        _ => node.ToString() is "null" or ['#', ..] ? $"\"{node}\"" : node.ToString(),
    };
}
