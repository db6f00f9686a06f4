namespace Fleet.Runbooks.Loading;

/// <summary>Where a node stands. <see cref="File"/> is null for the file being loaded.</summary>
internal sealed record Mark(int Line, int Column, string Path, string? File);

/// <summary>A YAML file as plain data with places: no aliases, no tags, no types.</summary>
internal abstract record Node(Mark Mark);

internal sealed record Scalar(Mark Mark, string Value, bool Plain) : Node(Mark)
{
    public bool IsNull => Plain && Value is "" or "~" or "null";
}

internal sealed record Sequence(Mark Mark, IReadOnlyList<Node> Items) : Node(Mark);

internal sealed record Mapping(Mark Mark, IReadOnlyList<Entry> Entries) : Node(Mark)
{
    public Entry? Find(string key) => Entries.FirstOrDefault(e => e.Key.Value == key);

    public Node? this[string key] => Find(key)?.Value;

    /// <summary>The scalar under a key, if it is one.</summary>
    public string? TextOf(string key) => (this[key] as Scalar)?.Value;
}

internal sealed record Entry(Scalar Key, Node Value);
