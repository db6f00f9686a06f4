using Fleet.Cli.Output;

namespace Fleet.Cli.Serving;

/// <summary>What one process does.</summary>
internal sealed record Roles(bool Coordinator, bool Worker, bool Web)
{
    public static Roles All { get; } = new(true, true, true);

    public bool IsAll => this == All;

    public override string ToString() => string.Join(", ", new[] { Coordinator ? "coordinator" : null, Worker ? "worker" : null, Web ? "web" : null }.OfType<string>());

    /// <summary>From <c>coordinator,worker,web</c>; what is wrong is added to <paramref name="problems"/>.</summary>
    public static Roles Parse(string? text, List<string> problems)
    {
        if (text is null)
            return All;
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0 || names.Except(["coordinator", "worker", "web"], StringComparer.Ordinal).Any())
            problems.Add(Say.Of($"Fleet:Roles (--roles) is '{text}': it takes coordinator, worker and web, with commas between."));
        return new Roles(names.Contains("coordinator"), names.Contains("worker"), names.Contains("web"));
    }
}
