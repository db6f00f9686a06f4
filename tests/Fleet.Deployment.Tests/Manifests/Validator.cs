using Fleet.Testing;

namespace Fleet.Deployment.Tests.Manifests;

/// <summary>A second opinion that knows what is required: the schemas of Kubernetes, KEDA and the Prometheus operator, in Node.</summary>
internal static class Validator
{
    private static readonly Lazy<Task> Ready = new(InstallAsync);

    private static readonly string[] Ours = ["RabbitmqCluster", "Vhost", "User", "Permission", "Cluster", "Issuer", "Certificate"];

    private static string Folder => Repository.PathOf("tests", "Fleet.Deployment.Tests", "Validator");

    /// <returns>A line for each thing that is wrong, <c>KIND/NAME …</c>.</returns>
    public static async Task<IReadOnlyList<string>> ErrorsAsync(string manifests)
    {
        await Ready.Value;
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "manifests.yaml");
        await File.WriteAllTextAsync(file, manifests);
        var (code, output) = await ChildProcess.RunAsync("/bin/sh", ["-c", "exec node validate.mjs <\"$0\"", file], TestContext.Current.CancellationToken, directory: Folder);
        code.ShouldBe(0, output);
        output.ShouldContain("checked: ");
        // What it knows no schema of is held against ours (CustomResources).
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("checked: ", StringComparison.Ordinal) && !Ours.Any(k => l.StartsWith($"passed over: {k}/", StringComparison.Ordinal)))];
    }

    private static async Task InstallAsync()
    {
        if (File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
            return;
        var (code, output) = await ChildProcess.RunAsync("npm", ["ci", "--loglevel=error"], TestContext.Current.CancellationToken, directory: Folder);
        code.ShouldBe(0, output);
    }
}
