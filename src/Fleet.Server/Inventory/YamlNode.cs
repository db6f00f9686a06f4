namespace Fleet.Server.Inventory;

/// <summary>A piece of YAML with its place in the file, so that every error can name it.</summary>
internal abstract record YamlNode(int Line, int Column)
{
    /// <summary>What it is, for people.</summary>
    public abstract string Shape { get; }
}

/// <param name="Plain">Written without quotes: it may mean a number, a boolean or nothing.</param>
internal sealed record YamlScalar(int Line, int Column, string Value, bool Plain) : YamlNode(Line, Column)
{
    public bool IsNothing => Plain && Value is "" or "~" or "null";

    public override string Shape => IsNothing ? "nothing" : $"\"{Value}\"";
}

internal sealed record YamlList(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column)
{
    public override string Shape => "a list";
}

internal sealed record YamlMap(int Line, int Column, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(Line, Column)
{
    public override string Shape => "a mapping";
}
