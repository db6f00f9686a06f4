using System.Text.RegularExpressions;

namespace Fleet.Worker.Steps.UpgradePackages;

/// <summary>One component as upgrade_pkgs.sh -i went through it.</summary>
/// <param name="Name">Like <c>hyper/hyper</c>: what its question names.</param>
internal sealed record ComponentRun(string Name)
{
    public List<string> Ok { get; } = [];
    public List<string> Failed { get; } = [];

    /// <summary>After its failure it was asked whether to go on, and the script went on.</summary>
    public bool Ignored { get; set; }

    /// <summary>Nothing was updated after its question: it was answered with no.</summary>
    public bool Untouched => Ok.Count == 0 && Failed.Count == 0;
}

/// <summary>Reads what upgrade_pkgs.sh prints as it comes (Q18, Q19). An answer is not echoed, so a question and what follows it stand on one line.</summary>
internal sealed partial class PackagesOutput
{
    private readonly List<ComponentRun> _components = [];

    /// <summary>In the order asked.</summary>
    public IReadOnlyList<ComponentRun> Components => _components;

    /// <summary>Nodes that failed where no component was asked about: the test before the first, or all of automatic mode.</summary>
    public List<string> FailedOutside { get; } = [];

    public bool SaidNotPrepared { get; private set; }

    public static PackagesOutput Of(string output)
    {
        var read = new PackagesOutput();
        foreach (var line in output.Split('\n'))
            read.Line(line);
        return read;
    }

    public void Line(string line)
    {
        if (line.Contains("has not been executed successfully", StringComparison.Ordinal))
            SaidNotPrepared = true;
        foreach (Match match in Token().Matches(line))
        {
            if (match.Groups["group"].Success)
                Asked($"{match.Groups["group"].Value.Trim()}/{match.Groups["set"].Value.Trim()}");
            else if (match.Groups["ignore"].Success)
                IgnoreAsked();
            else
                Node(match.Groups["node"].Value.Trim(), match.Groups["end"].Value == "OK");
        }
    }

    private void Asked(string component)
    {
        GoneOn();
        // Asked again: the answer was none that the script takes.
        if (_components.Count == 0 || _components[^1].Name != component || !_components[^1].Untouched)
            _components.Add(new ComponentRun(component));
    }

    private bool _ignoreAsked;

    private void IgnoreAsked() => _ignoreAsked = true;

    /// <summary>Something came after the question whether to ignore: it was answered with yes.</summary>
    public void GoneOn()
    {
        if (_ignoreAsked && _components.Count > 0)
            _components[^1].Ignored = true;
        _ignoreAsked = false;
    }

    private void Node(string node, bool ok)
    {
        if (_components.Count == 0)
        {
            if (!ok)
                FailedOutside.Add(node);
            return;
        }
        var (to, from) = ok ? (_components[^1].Ok, _components[^1].Failed) : (_components[^1].Failed, _components[^1].Ok);
        from.Remove(node);
        if (!to.Contains(node))
            to.Add(node);
    }

    [GeneratedRegex(@"Are you sure to update \[(?<group>[^\]]+)\] nodes with \[(?<set>[^\]]+)\]|(?<ignore>ignore the failed nodes)|(?:Updating|Testing) \[(?<node>[^\]\s]+)\][^\[\r\n]*(?:\[[^\]\r\n]*\])?[ \t]*\.\.\.[ \t]*(?<end>OK|Error|错误)")]
    private static partial Regex Token();
}
