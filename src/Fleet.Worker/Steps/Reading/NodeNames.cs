using Fleet.Runbooks.Facts;

namespace Fleet.Worker.Steps.Reading;

/// <summary>What nodes may be called, and how the platform's list of them is made anew.</summary>
internal static class NodeNames
{
    private const string PythonListFrom = "4.3.0";

    /// <summary>It may stand in paths and commands as it is.</summary>
    public static bool IsPlain(string node) => node.Length > 0 && node.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && node[0] is not ('.' or '-');

    /// <summary>The script of this installer's version (Q11), where it is there; else the other.</summary>
    public static string Refresh(IStepContext context)
    {
        var python = Sh.Quote(context.PathOf("gen-node-list"));
        var shell = Sh.Quote(context.PathOf("gen-node-list-old"));
        return VersionNumber.Compare(context.Facts.GetValueOrDefault("versions.installer"), PythonListFrom) is < 0
            ? $"if [ -e {shell} ]; then {shell}; else {python}; fi\n"
            : $"if [ -e {python} ]; then {python}; else {shell}; fi\n";
    }
}
