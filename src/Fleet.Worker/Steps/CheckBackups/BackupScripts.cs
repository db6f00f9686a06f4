using System.Globalization;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckBackups;

/// <summary>The commands that measure backups, and what they bring back.</summary>
internal static class BackupScripts
{
    /// <param name="dumpsBelow">Where dumps are looked for beside those that are expected.</param>
    public static string Firstbox(IReadOnlyList<BackupExpectation> expected, string? dumpsBelow)
    {
        var parts = new List<(string, string)>();
        for (var i = 0; i < expected.Count; i++)
        {
            var path = Sh.Quote(expected[i].Path);
            parts.Add(($"b{i}/there", $"test {(IsFolder(expected[i].Check) ? "-d" : "-f")} {path}"));
            parts.Add(($"b{i}/size", IsFolder(expected[i].Check) ? BackupPlan.TreeScript(path, expected[i].Without) : $"printf '1 %s' \"$(stat -L -c %s {path})\""));
            if (expected[i].Check == BackupCheck.Dump)
            {
                parts.Add(($"b{i}/gzip", $"gzip -t {path}"));
                parts.Add(($"b{i}/end", $"gzip -dc {path} | tail -n 10"));
            }
        }

        if (dumpsBelow is not null)
            parts.Add(("found", $"find {Sh.Quote(dumpsBelow)} -maxdepth 2 -type f -name '*dump*.gz'"));
        return Batch.Script(parts);
    }

    public static IReadOnlyList<string> Found(Batch batch) => [.. Lines.Of(batch["found"].Text).Order(StringComparer.Ordinal)];

    public static BackupMeasure? Read(Batch batch, string name) => batch[$"{name}/there"].Exit switch
    {
        null => null,
        0 => new BackupMeasure
        {
            Exists = true,
            Size = TreeSize.Read(batch[$"{name}/size"].Text),
            GzipOk = batch[$"{name}/gzip"].Exit is { } gzip ? gzip == 0 : null,
            DumpEnd = batch[$"{name}/end"].Text,
        },
        _ => new BackupMeasure { Exists = false },
    };

    /// <summary>One command that can travel through exec_nodes.sh: no #, no bare glob. Dumps that lie in a tree are none of its source's files.</summary>
    public static string OnNode(IReadOnlyList<BackupExpectation> expected) => string.Join("; ", expected.Select((e, i) =>
        $"test -d {e.Path} && echo b{i}=there || echo b{i}=missing; echo b{i}files=$(find {e.Path} -type f{(e.Check == BackupCheck.Tree ? " | grep -v -F pg_dump" : "")} | wc -l); echo b{i}kib=$(du -sk --apparent-size {e.Path} | cut -f 1); "
        + $"for f in $(find {e.Path} -type f | grep -F .gz); do gzip -t $f && echo b{i}gzip=ok || {{ echo b{i}gzip=bad; break; }}; done; "
        + $"for f in $(find {e.Path} -type f | grep -F pg_dump | grep -F .gz); do gzip -dc $f | tail -n 10 | grep -q \"dump complete\" && echo b{i}dump=whole || {{ echo b{i}dump=cut; break; }}; done"));

    public static BackupMeasure? ReadNode(NodeOutput? node, int index)
    {
        if (node is not { Finished: true } || node.Value($"b{index}") is not { } there)
            return null;
        return new BackupMeasure
        {
            Exists = there == "there",
            Size = long.TryParse(node.Value($"b{index}files"), NumberStyles.None, CultureInfo.InvariantCulture, out var files) && long.TryParse(node.Value($"b{index}kib"), NumberStyles.None, CultureInfo.InvariantCulture, out var kib)
                ? new TreeSize(files, kib * 1024)
                : null,
            GzipOk = node.Value($"b{index}gzip") is { } gzip ? gzip == "ok" : null,
            DumpsWhole = node.Value($"b{index}dump") is { } dump ? dump == "whole" : null,
        };
    }

    private static bool IsFolder(BackupCheck check) => check is BackupCheck.Tree or BackupCheck.Folder;
}
