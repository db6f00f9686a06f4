using System.Text;
using Fleet.Testing;

namespace Fleet.Server.Tests.Chat.Vendors;

/// <summary>A second opinion by who makes the chats: their own libraries, in Node.</summary>
internal static class Vendor
{
    private static readonly Lazy<Task> Ready = new(InstallAsync);

    private static string Folder => Repository.PathOf("tests", "Fleet.Server.Tests", "Chat", "Vendors");

    /// <returns>What the script printed, by lines.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(string script, IEnumerable<string> lines)
    {
        await Ready.Value;
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "lines");
        await File.WriteAllLinesAsync(file, lines, new UTF8Encoding(false));
        var (code, output) = await ChildProcess.RunAsync("/bin/sh", ["-c", "exec node \"$1\" <\"$0\"", file, script], TestContext.Current.CancellationToken, directory: Folder);
        code.ShouldBe(0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static async Task<ChildProcess> StartAsync(string script, params IEnumerable<string> arguments)
    {
        await Ready.Value;
        return ChildProcess.Start("node", [script, .. arguments], directory: Folder);
    }

    private static async Task InstallAsync()
    {
        if (File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
            return;
        // Without what packages would run when they are installed: nothing of it is needed.
        var (code, output) = await ChildProcess.RunAsync("npm", ["ci", "--ignore-scripts", "--loglevel=error"], TestContext.Current.CancellationToken, directory: Folder);
        code.ShouldBe(0, output);
    }
}
