using System.Text.Json.Nodes;

namespace Fleet.Deployment.Tests.Manifests;

/// <summary>One rendered manifest.</summary>
internal sealed record Resource(JsonObject Json)
{
    private static readonly string[] TemplatePath = ["spec", "template"];
    private static readonly string[] JobTemplatePath = ["spec", "jobTemplate", "spec", "template"];

    public string Kind => Text("kind") ?? "";

    public string Name => Text("metadata", "name") ?? "";

    public string ApiVersion => Text("apiVersion") ?? "";

    public string Title => $"{Kind}/{Name}";

    /// <summary>What its pods are made from; null: it makes none.</summary>
    public JsonObject? Template => At(TemplatePath) as JsonObject ?? At(JobTemplatePath) as JsonObject;

    public JsonObject? Pod => Template?["spec"] as JsonObject;

    public IReadOnlyList<JsonObject> Containers => [.. Items(Pod, "initContainers"), .. Items(Pod, "containers")];

    public JsonNode? At(params ReadOnlySpan<string> path)
    {
        JsonNode? at = Json;
        foreach (var part in path)
            at = (at as JsonObject)?[part];
        return at;
    }

    public string? Text(params ReadOnlySpan<string> path) => At(path)?.ToString();

    public static IReadOnlyList<JsonObject> Items(JsonNode? parent, string name) => (parent as JsonObject)?[name] is JsonArray list ? [.. list.OfType<JsonObject>()] : [];

    /// <summary>Every object in it, however deep.</summary>
    public static IEnumerable<JsonObject> Everything(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(c => Everything(c.Value)).Prepend(map),
        JsonArray list => list.SelectMany(Everything),
        _ => [],
    };

    public static IReadOnlyDictionary<string, string> Labels(JsonNode? labels) => (labels as JsonObject ?? []).ToDictionary(l => l.Key, l => l.Value?.ToString() ?? "");
}
