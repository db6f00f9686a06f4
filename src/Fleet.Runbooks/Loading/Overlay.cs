namespace Fleet.Runbooks.Loading;

/// <summary>
/// Lays a site's file over the runbook that it extends. Maps are merged by key, phases, steps and prompts by name; lists and single values are replaced.
/// What the base does not have is added: where <c>after</c> or <c>before</c> says, else at the end; prompts go first, since the first that matches counts.
/// Nothing can be taken away: a step that a site does not want gets a condition.
/// </summary>
internal sealed class Overlay(LoadProblems problems)
{
    private static readonly string[] PositionKeys = ["after", "before"];

    /// <summary>A self-contained root: the base with the site's changes, without <c>extends</c>.</summary>
    public Mapping Apply(Mapping @base, Mapping site)
    {
        CheckNewSettings(@base, site);
        return MergeMaps(@base, site, without: ["extends"], (key, below, above) => key switch
        {
            "settings" => Deep(below, above),
            "phases" or "errands" => MergeNamed(below, above, "phase", MergePhase),
            _ => above,
        });
    }

    private Mapping MergePhase(Mapping below, Mapping above) =>
        MergeMaps(below, above, PositionKeys, (key, b, a) => key == "steps" ? MergeNamed(b, a, "step", MergeStep) : a);

    private static Mapping MergeStep(Mapping below, Mapping above)
    {
        var otherKind = above.TextOf("kind") is { } kind && kind != below.TextOf("kind");
        if (otherKind)
            below = below with { Entries = [.. below.Entries.Where(e => e.Key.Value is not ("with" or "command" or "prompts" or "done" or "rollback"))] };
        return MergeMaps(below, above, PositionKeys, (key, b, a) => key switch
        {
            "with" or "done" or "rollback" => Deep(b, a),
            "prompts" => MergePrompts(b, a),
            _ => a,
        });
    }

    private static Node MergePrompts(Node below, Node above)
    {
        if (below is not Sequence b || above is not Sequence a)
            return above;
        var changed = b.Items.Select(item => Named(a, NameOf(item)) is { } over && item is Mapping map ? MergeMaps(map, over, [], (_, _, x) => x) : item);
        var added = a.Items.Where(item => Named(b, NameOf(item)) is null);
        return a with { Items = [.. added, .. changed] };
    }

    private Node MergeNamed(Node below, Node above, string what, Func<Mapping, Mapping, Mapping> merge)
    {
        if (below is not Sequence b || above is not Sequence a)
            return above;
        Unique.Names(a.Items, what, problems);
        var items = b.Items.ToList();
        foreach (var item in a.Items)
        {
            var at = items.FindIndex(i => NameOf(i) is { } name && name == NameOf(item));
            if (at >= 0 && item is Mapping change)
            {
                foreach (var key in change.Entries.Where(e => PositionKeys.Contains(e.Key.Value)))
                    problems.At(key.Key, "runbook-cannot-move", ("what", what), ("name", NameOf(item)!));
                items[at] = merge((Mapping)items[at], change);
            }
            else
            {
                Insert(items, item, what);
            }
        }

        return a with { Items = items };
    }

    private void Insert(List<Node> items, Node item, string what)
    {
        var position = item is Mapping map ? map.Entries.Where(e => PositionKeys.Contains(e.Key.Value)).ToList() : [];
        if (position.Count == 0)
        {
            items.Add(item);
            return;
        }

        if (position.Count > 1)
            problems.At(position[1].Key, "runbook-two-positions");
        var anchor = (position[0].Value as Scalar)?.Value ?? "";
        var at = items.FindIndex(i => NameOf(i) == anchor);
        if (at < 0)
        {
            var known = items.Select(NameOf).OfType<string>().ToList();
            problems.At(position[0].Value, "runbook-unknown-position", ("what", what), ("name", anchor), ("allowed", string.Join(", ", known)));
            at = items.Count - 1;
        }

        var placed = (Mapping)item with { Entries = [.. ((Mapping)item).Entries.Except(position)] };
        items.Insert(position[0].Key.Value == "after" ? at + 1 : Math.Max(at, 0), placed);
    }

    /// <summary>A new setting that nothing in the site's file uses is most likely a misspelt old one.</summary>
    private void CheckNewSettings(Mapping @base, Mapping site)
    {
        if (site["settings"] is not Mapping changed || @base["settings"] is not Mapping known)
            return;
        var used = Scalars(site).SelectMany(s => Model.Placeholders.In(s.Value)).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, _) in changed.Entries.Where(e => known.Find(e.Key.Value) is null && !used.Contains(e.Key.Value)))
        {
            if (Suggestion.For(key.Value, known.Entries.Select(e => e.Key.Value)) is { } meant)
                problems.At(key, "runbook-unused-setting-like", ("name", key.Value), ("meant", meant));
            else
                problems.At(key, "runbook-unused-setting", ("name", key.Value));
        }
    }

    private static IEnumerable<Scalar> Scalars(Node node) => node switch
    {
        Scalar scalar => [scalar],
        Sequence sequence => sequence.Items.SelectMany(Scalars),
        Mapping mapping => mapping.Entries.SelectMany(e => Scalars(e.Value)),
        _ => [],
    };

    private static Node Deep(Node below, Node above) => below is Mapping b && above is Mapping a ? MergeMaps(b, a, [], (_, _, x) => x) : above;

    private static Mapping MergeMaps(Mapping below, Mapping above, IReadOnlyList<string> without, Func<string, Node, Node, Node> merge)
    {
        var entries = below.Entries.Select(e => above.Find(e.Key.Value) is { } over ? new Entry(over.Key, merge(e.Key.Value, e.Value, over.Value)) : e);
        var added = above.Entries.Where(e => below.Find(e.Key.Value) is null && !without.Contains(e.Key.Value));
        return above with { Entries = [.. entries, .. added] };
    }

    private static string? NameOf(Node node) => (node as Mapping)?.TextOf("name");

    private static Mapping? Named(Sequence list, string? name) => name is null ? null : list.Items.OfType<Mapping>().FirstOrDefault(m => m.TextOf("name") == name);
}
