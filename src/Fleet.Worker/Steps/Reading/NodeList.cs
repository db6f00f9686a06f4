using System.Security.Cryptography;
using System.Text;
using Fleet.Runbooks.Facts;

namespace Fleet.Worker.Steps.Reading;

/// <summary>The node groups of a zone, and which nodes have a settings file.</summary>
internal sealed record NodeList(IReadOnlyDictionary<string, IReadOnlyList<string>?> Groups, IReadOnlySet<string> Settings)
{
    /// <summary>The group's nodes; none when its file is missing or torn, which <see cref="IsReadable"/> tells apart.</summary>
    public IReadOnlyList<string> Group(string name) => Groups.GetValueOrDefault(name) ?? [];

    public bool IsReadable(string group) => Groups.GetValueOrDefault(group) is not null;

    public static async Task<NodeList> ReadAsync(IStepContext context, IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        var folder = context.PathOf("nodes");
        var batch = await Batch.ReadAsync(
            context,
            Batch.Script([.. groups.Select(g => ($"group/{g}", $"cat {Sh.Quote($"{folder}/{g}")}")), ("settings", $"ls -1 {Sh.Quote(context.PathOf("settings"))}")]),
            cancellationToken);
        return new NodeList(
            groups.ToDictionary(g => g, g => batch[$"group/{g}"].TextIfOk is { } text ? NodeGroupFile.Read(text) : null, StringComparer.Ordinal),
            Lines.Of(batch["settings"].Text).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>
    /// The shell line that runs a command on these nodes: by their group's name where they are all of it, else by their names. exec_nodes.sh refuses a whole call
    /// for one node that it does not know, so nodes whose settings were moved out are addressed by a group file that lives only as long as the call.
    /// </summary>
    public string Call(IStepContext context, IReadOnlyList<string> nodes, string command)
    {
        var exec = context.PathOf("exec-nodes");
        if (Groups.FirstOrDefault(g => g.Value is { } members && members.Count == nodes.Count && members.ToHashSet(StringComparer.Ordinal).SetEquals(nodes)).Key is { } group)
            return NodeCommand.Call(exec, group, command);
        if (nodes.All(Settings.Contains))
            return NodeCommand.Call(exec, string.Join(',', nodes), command);
        // A name of this call's own: another one beside it must not take it away.
        var name = $"fleet-{context.Command.ZoneUpgradeId:N}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{string.Join(' ', nodes)} {command}")))[..8]}";
        var file = Sh.Quote($"{context.PathOf("nodes")}/{name}");
        var members = string.Join(' ', nodes.Select(n => $"\"{n}\""));
        return $"printf '%s\\n' {Sh.Quote($"nodes=({members})")} >{file}\ntrap 'rm -f {file}' EXIT\n{NodeCommand.Call(exec, name, command)}";
    }
}
