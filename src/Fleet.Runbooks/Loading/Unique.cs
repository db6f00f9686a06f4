namespace Fleet.Runbooks.Loading;

internal static class Unique
{
    /// <summary>Tells every map in the list whose <c>name</c> an earlier one has.</summary>
    public static void Names(IEnumerable<Node> nodes, string what, LoadProblems problems)
    {
        var first = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var node in nodes.OfType<Mapping>().Select(m => m["name"]).OfType<Scalar>())
        {
            if (!first.TryAdd(node.Value, node))
                problems.At(node, "file-duplicate-name", ("what", what), ("name", node.Value), ("first", first[node.Value].Mark.Line.ToString()));
        }
    }
}
