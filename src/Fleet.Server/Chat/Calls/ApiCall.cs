namespace Fleet.Server.Chat.Calls;

/// <summary>One operation of our own API, by the name that its endpoint has.</summary>
internal sealed record ApiCall(string Operation)
{
    /// <summary>What stands in its path.</summary>
    public IReadOnlyDictionary<string, string> Route { get; init; } = new Dictionary<string, string>();

    /// <summary>Null: it is not said.</summary>
    public IReadOnlyDictionary<string, string?> Query { get; init; } = new Dictionary<string, string?>();

    /// <summary>Written as JSON; null: there is none.</summary>
    public object? Body { get; init; }

    public static ApiCall Of(string operation, params ReadOnlySpan<(string Name, string Value)> route)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in route)
            values[name] = value;
        return new ApiCall(operation) { Route = values };
    }
}
