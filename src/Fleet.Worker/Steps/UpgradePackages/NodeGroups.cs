using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.UpgradePackages;

/// <summary>The node groups of a zone, and the roles that its nodes' settings name.</summary>
/// <param name="Nodes">By group; a group whose file is missing or torn is not in it.</param>
/// <param name="Roles">Role → how many nodes have it.</param>
internal sealed record NodeGroups(IReadOnlyDictionary<string, IReadOnlyList<string>> Nodes, IReadOnlyDictionary<string, int> Roles)
{
    private static readonly string[] PlainGroups = ["proxy", "bm", "vdi", "boss", "seed", "vbr", "vgateway", "hyper"];

    private const string Mark = "fleet-group ";

    public static async Task<NodeGroups> ReadAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var script = $"""
            cd {Sh.Quote(context.PathOf("nodes"))} 2>/dev/null && for f in *; do [ -f "$f" ] && echo '{Mark}'"$f" && cat "$f" && echo; done
            echo '{Mark}'
            cd {Sh.Quote(context.PathOf("settings"))} 2>/dev/null && sed -n 's/^ *role=["'\'']*\([A-Za-z0-9_ ,-]*\).*/fleet-role \1/p' * 2>/dev/null
            true
            """;
        return Parse((await context.ReadAsync(script, cancellationToken)).Text);
    }

    public static NodeGroups Parse(string text)
    {
        var groups = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var roles = new Dictionary<string, int>(StringComparer.Ordinal);
        string? group = null;
        var body = new List<string>();
        void Close()
        {
            // Those that live as long as one of our own calls are none of the platform's.
            if (group is { Length: > 0 } && !group.StartsWith("fleet-", StringComparison.Ordinal) && NodeGroupFile.Read(string.Join('\n', body)) is { } nodes)
                groups[group] = nodes;
            body.Clear();
        }

        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                Close();
                group = line[Mark.Length..].Trim();
            }
            else if (line.StartsWith("fleet-role ", StringComparison.Ordinal))
            {
                foreach (var role in line["fleet-role ".Length..].Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal))
                    roles[role] = roles.GetValueOrDefault(role) + 1;
            }
            else
            {
                body.Add(line);
            }
        }
        Close();
        return new NodeGroups(groups, roles);
    }

    /// <summary>Groups that are there and for which the script has components.</summary>
    public IEnumerable<string> WithComponents => Nodes.Keys.Where(g => PlainGroups.Contains(g) || g == "dnsmaster" || IsWebservice(g));

    /// <summary>How many components the groups call for: each is asked about once.</summary>
    public int Called =>
        1
        + 2 * Nodes.Count(g => IsWebservice(g.Key) && g.Value.Count > 0)
        + Of("dnsmaster").Count
        + PlainGroups.Count(g => Of(g).Count > 0)
        + (Of("hyper").Count > 0 ? 1 : 0);

    /// <summary>Groups with nodes that the script asked nothing about.</summary>
    public IReadOnlyList<string> NotAsked(IEnumerable<ComponentRun> asked)
    {
        var seen = asked.Select(c => c.Name.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Nodes.Where(g => (PlainGroups.Contains(g.Key) || IsWebservice(g.Key)) && g.Value.Count > 0 && !seen.Contains(g.Key)).Select(g => g.Key),
            .. Of("dnsmaster").Where(m => !seen.Contains(m) && !seen.Contains("dnsmaster")),
        ];
    }

    /// <summary>Groups without a node although settings name nodes of that role: the script passes them over in silence.</summary>
    public IReadOnlyList<string> EmptyButCalledFor() => [.. PlainGroups.Where(g => Of(g).Count == 0 && Roles.GetValueOrDefault(g) > 0)];

    /// <summary>Groups without a node, rightly: told, nothing more.</summary>
    public IReadOnlyList<string> Empty() => [.. PlainGroups.Where(g => Nodes.ContainsKey(g) && Of(g).Count == 0 && Roles.GetValueOrDefault(g) == 0)];

    private static bool IsWebservice(string group) => group == "webservice" || group.EndsWith("-webservice", StringComparison.Ordinal);

    private IReadOnlyList<string> Of(string group) => Nodes.GetValueOrDefault(group) ?? [];
}
