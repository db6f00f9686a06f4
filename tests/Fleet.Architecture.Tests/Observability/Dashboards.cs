using System.Text.Json;

namespace Fleet.Architecture.Tests.Observability;

/// <summary>The dashboards as they lie in deploy/k8s/observability.</summary>
internal static class Dashboards
{
    public const string Folder = "deploy/k8s/observability";

    public static IReadOnlyList<string> Names { get; } = [.. Repository.Files("*.json", $"{Folder}/dashboards").Select(f => Path.GetFileName(f)!)];

    public static JsonElement Read(string name) => JsonDocument.Parse(Repository.Read($"{Folder}/dashboards/{name}")).RootElement;

    public static IReadOnlyList<JsonElement> Panels(JsonElement dashboard) => [.. dashboard.GetProperty("panels").EnumerateArray()];

    public static string Text(this JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
}
