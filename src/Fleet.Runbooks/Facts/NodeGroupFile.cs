namespace Fleet.Runbooks.Facts;

/// <summary>A group file <c>/pitrix/conf/nodes/&lt;group&gt;</c>: bash that sets an array <c>nodes=(…)</c>.</summary>
public static class NodeGroupFile
{
    /// <summary>The nodes in order, each once. Null when the text sets no such array or the array is not closed (a torn file is no empty group).</summary>
    public static IReadOnlyList<string>? Read(string text)
    {
        var words = BashText.Words(text);
        List<string>? nodes = null;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] is not ("nodes=" or "nodes+=") || i + 1 >= words.Count || words[i + 1] != "(")
                continue;
            var end = words.IndexOf(")", i + 2);
            if (end < 0)
                return null;
            nodes = words[i] == "nodes=" ? [] : nodes ?? [];
            nodes.AddRange(words[(i + 2)..end].Where(w => w != "\n"));
            i = end;
        }

        return nodes is null ? null : [.. nodes.Distinct(StringComparer.Ordinal)];
    }
}
