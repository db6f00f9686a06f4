using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.Guards;

/// <summary>What the firstbox looks at and does by itself: the paths, nodes and calls of this zone, and <c>watch.sh</c> behind them.</summary>
internal static class WatchPlan
{
    /// <summary>What stands behind the head.</summary>
    internal static string Rules { get; } = Load();

    /// <summary>Nodes may be quarantined before it acts, so they are addressed by a group file that lives only as long as the call.</summary>
    public static string Script(IStepContext context, string watchId, IReadOnlyList<string> nodes, string flag)
    {
        var group = $"fleet-watch-{watchId}";
        var exec = context.PathOf("exec-nodes");
        return $$"""
            version_file={{Sh.Quote(context.PathOf("version-file"))}}
            pre_upgrade_marker={{Sh.Quote(context.PathOf("pre-upgrade-marker"))}}
            packages_marker={{Sh.Quote(context.PathOf("upgrade-packages-marker"))}}
            nodes={{Sh.Quote(string.Join(' ', nodes))}}
            group_file={{Sh.Quote($"{context.PathOf("nodes")}/{group}")}}
            group_text={{Sh.Quote($"nodes=({string.Join(' ', nodes.Select(n => $"\"{n}\""))})")}}
            ask_nodes() {
            {{NodeCommand.Call(exec, group, RescueFlags.WholePackages)}}
            }
            release_nodes() {
            {{NodeCommand.Call(exec, group, RescueFlags.Remove(flag))}}
            }

            """ + Rules;
    }

    private static string Load()
    {
        using var stream = typeof(WatchPlan).Assembly.GetManifestResourceStream("watch.sh")
            ?? throw new InvalidOperationException("The rules of the dead-man's rule are missing from the program: watch.sh was not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
