using System.Collections.Concurrent;
using Fleet.Testing;

namespace Fleet.Deployment.Tests.Manifests;

/// <summary>What <c>kubectl apply -k</c> would send, as text and as resources.</summary>
internal static class Kustomize
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Known = new(StringComparer.Ordinal);

    /// <summary>Each a whole Fleet.</summary>
    public static IReadOnlyList<string> Folders { get; } = [.. Directory.EnumerateDirectories(Repository.PathOf("deploy", "k8s", "overlays")).Select(f => $"overlays/{Path.GetFileName(f)}").Order(StringComparer.Ordinal)];

    public static TheoryData<string> Overlays => [.. Folders];

    /// <summary>Everything that may be applied by itself.</summary>
    public static TheoryData<string> All => [.. Folders, "observability", "observability/operator"];

    public static Task<string> RenderAsync(string folder) => Known.GetOrAdd(folder, f => new Lazy<Task<string>>(() => RunAsync(f))).Value;

    public static async Task<IReadOnlyList<Resource>> ResourcesAsync(string folder) => [.. YamlJson.Read(await RenderAsync(folder)).Select(j => new Resource(j))];

    private static async Task<string> RunAsync(string folder)
    {
        // Its warnings are of interest too: what is deprecated is not for a new install.
        var (code, output) = await ChildProcess.RunAsync("kubectl", ["kustomize", Repository.PathOf("deploy", "k8s", folder)], TestContext.Current.CancellationToken);
        code.ShouldBe(0, output);
        output.ShouldNotContain("# Warning:");
        return output;
    }
}
