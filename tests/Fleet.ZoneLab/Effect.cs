using System.Globalization;

namespace Fleet.ZoneLab;

/// <summary>One line of a zone's effect journal: what a script did, on which node, when.</summary>
/// <param name="Script">The script's file name, like <c>upgrade_pkgs.sh</c>; for bootstrap it is <c>upgrade.sh</c>.</param>
/// <param name="Node">Null: on the firstbox.</param>
/// <param name="What"><c>begin</c>, <c>end</c> (detail: exit code), <c>prompt</c>, <c>answer</c> («y &lt;- question»), <c>eof-loop</c>, <c>component</c> («group/set ok»), <c>node-effect</c>,
/// <c>marker</c>, <c>versions</c>, <c>nodes</c>, <c>ignored</c>, <c>gate</c>, <c>fault</c>, <c>unguarded</c> (hypers without the flag when packages come), <c>power-off</c>.</param>
/// <param name="Execution">The remote runner's execution that the script belongs to; null: none.</param>
public sealed record Effect(DateTimeOffset At, string Script, string Args, string? Node, int Pid, string What, string Detail, string? Execution)
{
    /// <summary>Script and arguments as typed, without the folder.</summary>
    public string Command => Args.Length == 0 ? Script : $"{Script} {Args}";

    public override string ToString() => $"{Command} · {What} {Detail}{(Node is null ? "" : $" @{Node}")}";

    /// <summary>Reads whole lines only: the last one may still be being written.</summary>
    public static IReadOnlyList<Effect> ReadAll(string path)
    {
        if (!File.Exists(path))
            return [];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        var end = text.LastIndexOf('\n');
        return end < 0 ? [] : [.. text[..end].Split('\n').Select(Parse).OfType<Effect>()];
    }

    /// <summary>What befell the zone as a whole; no script can tell it.</summary>
    internal static void Append(string path, string what)
    {
        var at = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{at:0.000000}\tlab\t\t-\t0\t{what}\t\t-\n"));
    }

    private static Effect? Parse(string line)
    {
        var parts = line.Split('\t');
        if (parts.Length != 8)
            return null;
        var at = DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(parts[0], CultureInfo.InvariantCulture));
        return new Effect(at, parts[1], parts[2], parts[3] == "-" ? null : parts[3], int.Parse(parts[4], CultureInfo.InvariantCulture), parts[5], parts[6], parts[7] == "-" ? null : parts[7]);
    }
}
