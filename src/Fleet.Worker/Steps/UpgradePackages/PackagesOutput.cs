using System.Text.RegularExpressions;
using Fleet.Runbooks.Model;

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
internal sealed class PackagesOutput(PackagesTexts texts)
{
    private readonly List<ComponentRun> _components = [];
    private readonly Regex _token = Patterns.Compile($"(?<fleetcomponent>{texts.ComponentLine})|(?<fleetignore>{texts.IgnoreLine})|(?<fleetunprepared>{texts.UnpreparedLine})|(?<fleetnode>{texts.NodeLine})");

    /// <summary>In the order asked.</summary>
    public IReadOnlyList<ComponentRun> Components => _components;

    /// <summary>Nodes that failed where no component was asked about: the test before the first, or all of automatic mode.</summary>
    public List<string> FailedOutside { get; } = [];

    public bool SaidNotPrepared { get; private set; }

    public static PackagesOutput Of(string output, PackagesTexts? texts = null)
    {
        var read = new PackagesOutput(texts ?? PackagesTexts.Vendor);
        foreach (var line in output.Split('\n'))
            read.Line(line);
        return read;
    }

    public void Line(string line)
    {
        foreach (Match match in _token.Matches(line))
        {
            if (match.Groups["fleetcomponent"].Success)
                Asked($"{match.Groups["nodes"].Value.Trim()}/{match.Groups["packages"].Value.Trim()}");
            else if (match.Groups["fleetignore"].Success)
                IgnoreAsked();
            else if (match.Groups["fleetunprepared"].Success)
                SaidNotPrepared = true;
            else
                Node(match.Groups["node"].Value.Trim(), match.Groups["ok"].Success);
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
}
