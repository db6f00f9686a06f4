using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fleet.Contracts.Tests;

/// <summary>Messages as an earlier version sent them (<c>Golden/</c>): they may be on their way still when the next one starts. A file changes only where nothing older than it can be in a queue any more.</summary>
public sealed class EarlierMessagesTests
{
    private static readonly string Folder = Repository.PathOf("tests", "Fleet.Contracts.Tests", "Golden");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_message_of_an_earlier_version_is_read_with_all_that_it_says(string file)
    {
        var type = Messages.All.Single(t => $"{Messages.KebabCase(t.Name)}.json" == file);
        var sent = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;
        var read = JsonSerializer.SerializeToNode(sent.Deserialize(type, Messages.Json), type, Messages.Json)!;
        Lost(sent, read, "").ShouldBeEmpty();
    }

    /// <summary>What is in the first and not, or otherwise, in the second.</summary>
    private static IEnumerable<string> Lost(JsonNode? sent, JsonNode? read, string path) => (sent, read) switch
    {
        (JsonObject a, JsonObject b) => a.SelectMany(p => Lost(p.Value, b[p.Key], $"{path}.{p.Key}")),
        (JsonArray a, JsonArray b) when a.Count == b.Count => a.SelectMany((n, i) => Lost(n, b[i], $"{path}[{i}]")),
        _ => JsonNode.DeepEquals(sent, read) ? [] : [path],
    };
}
