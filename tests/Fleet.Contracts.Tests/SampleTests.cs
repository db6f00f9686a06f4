using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fleet.Contracts.Tests;

public sealed class SampleTests
{
    private static readonly string Folder = Repository.PathOf("contracts", "samples");

    public static TheoryData<string> Names => [.. Messages.All.Select(t => t.Name)];

    [Fact]
    public void Every_message_has_one_sample_and_every_sample_a_message() =>
        Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
            .ShouldBe(Messages.All.Select(t => FileOf(t.Name)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_is_read_and_written_without_loss(string message)
    {
        var sample = Sample(message);
        JsonNode.DeepEquals(sample, RoundTrip(message, sample)).ShouldBeTrue($"{FileOf(message)}: written as\n{RoundTrip(message, sample)!.ToJsonString(Messages.Json)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_shows_every_property(string message) => Missing(Type(message), Sample(message), "").ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Names))]
    public void Fields_of_a_newer_sender_are_passed_over(string message)
    {
        var newer = Sample(message);
        foreach (var node in ObjectsOf(newer).ToList())
            node["addedLater"] = new JsonObject { ["x"] = 1 };
        var back = RoundTrip(message, newer);
        foreach (var node in ObjectsOf(newer).ToList())
            node.Remove("addedLater");
        foreach (var map in ObjectsOf(back!).ToList())
            map.Remove("addedLater");
        JsonNode.DeepEquals(Sample(message), back).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_of_an_older_sender_lacks_only_what_is_optional(string message)
    {
        foreach (var property in Messages.PropertiesOf(Type(message)))
        {
            var older = Sample(message).AsObject();
            older.Remove(Messages.CamelCase(property.Name)).ShouldBeTrue();
            if (!Messages.IsRequired(property))
                Should.NotThrow(() => RoundTrip(message, older), $"{message}.{property.Name} is optional");
            else if (property.GetCustomAttributes(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute), false).Length > 0)
                Should.Throw<JsonException>(() => RoundTrip(message, older), $"{message}.{property.Name} is required");
        }
    }

    [Fact]
    public void Enumerations_are_words_and_never_numbers()
    {
        foreach (var type in Messages.Enums)
        {
            foreach (var value in Enum.GetValues(type))
                JsonSerializer.Serialize(value, type, Messages.Json).ShouldBe($"\"{Messages.KebabCase(value.ToString()!)}\"", $"{type.Name} lacks its converter");
            Should.Throw<JsonException>(() => JsonSerializer.Deserialize("0", type, Messages.Json));
        }
    }

    [Fact]
    public void Every_message_has_a_namespace_below_the_contracts() => Messages.Records.ShouldAllBe(t => t.Namespace!.StartsWith("Fleet.Contracts.", StringComparison.Ordinal));

    private static Type Type(string message) => Messages.All.Single(t => t.Name == message);

    private static string FileOf(string message) => $"{Messages.KebabCase(message)}.json";

    private static JsonNode Sample(string message)
    {
        var file = Path.Combine(Folder, FileOf(message));
        File.Exists(file).ShouldBeTrue($"{message} has no sample: add contracts/samples/{FileOf(message)}");
        return JsonNode.Parse(File.ReadAllText(file))!;
    }

    private static JsonNode? RoundTrip(string message, JsonNode sample) =>
        JsonSerializer.SerializeToNode(sample.Deserialize(Type(message), Messages.Json), Type(message), Messages.Json);

    private static IEnumerable<JsonObject> ObjectsOf(JsonNode node) => node switch
    {
        // Maps of strings take any key as data: fields are added to records only.
        JsonObject map => (map.Count > 0 && map.All(p => p.Value is JsonValue v && v.TryGetValue<string>(out _) && p.Key.Contains('.', StringComparison.Ordinal)) || IsDictionary(map) ? [] : (IEnumerable<JsonObject>)[map])
            .Concat(map.Select(p => p.Value).OfType<JsonNode>().SelectMany(ObjectsOf)),
        JsonArray list => list.OfType<JsonNode>().SelectMany(ObjectsOf),
        _ => [],
    };

    private static bool IsDictionary(JsonObject map) => map.Parent is JsonObject && map.GetPropertyName() is "args" or "facts" or "parameters" or "labels" or "components";

    private static IEnumerable<string> Missing(Type record, JsonNode? node, string path)
    {
        if (node is not JsonObject map)
            yield break;
        foreach (var property in Messages.PropertiesOf(record))
        {
            var name = Messages.CamelCase(property.Name);
            if (!map.ContainsKey(name))
            {
                yield return $"{path}.{name}";
                continue;
            }

            var inner = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[^1] : property.PropertyType;
            if (!Messages.Records.Contains(inner))
                continue;
            var items = map[name] is JsonArray list ? list.ToList() : [map[name]];
            foreach (var missing in items.SelectMany(i => Missing(inner, i, $"{path}.{name}")))
                yield return missing;
        }
    }
}
