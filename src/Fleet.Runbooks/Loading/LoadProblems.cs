namespace Fleet.Runbooks.Loading;

/// <summary>Collects what is wrong; loading goes on, so that all of it is told at once.</summary>
internal sealed class LoadProblems
{
    private readonly List<LoadProblem> _found = [];

    public bool Any => _found.Count > 0;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<LoadProblem> InOrder() => [.. _found.OrderBy(p => p.File is not null).ThenBy(p => p.Line).ThenBy(p => p.Column)];

    public void At(Node node, string code, params ReadOnlySpan<(string Name, string Value)> args) => At(node.Mark, code, args);

    public void At(Mark mark, string code, params ReadOnlySpan<(string Name, string Value)> args)
    {
        var named = new Dictionary<string, string>(args.Length);
        foreach (var (name, value) in args)
            named[name] = value;
        _found.Add(new LoadProblem(mark.Line, mark.Column, mark.Path, code, named, mark.File));
    }
}
