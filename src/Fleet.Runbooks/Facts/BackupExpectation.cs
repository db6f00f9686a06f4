using System.Globalization;

namespace Fleet.Runbooks.Facts;

public enum BackupCheck
{
    /// <summary>A folder: as many files and bytes as its source had.</summary>
    Tree,

    /// <summary>A database dump under gzip: whole, and with the dump's closing line.</summary>
    Dump,

    /// <summary>A file with content.</summary>
    File,

    /// <summary>A folder that is there and not empty; nothing is known of its source.</summary>
    Folder,
}

public enum BackupPlace
{
    Firstbox,

    /// <summary>The first node of the group <c>snapshot</c>.</summary>
    FirstSnapshotNode,
}

/// <summary>
/// One backup that must be there (Q7, Q17). Which ones a version makes differs, so they are data, a line each:
/// <c>tree {backup}/qingcloud/pitrix-repo of /pitrix/repo without installer/code</c>, <c>dump {backup}/installer/x.gz</c>, <c>file …</c>, <c>folder@snapshot …</c>,
/// each with <c>from 4.2.0</c> and <c>before 4.3.0</c> where it depends on the installer that was there before.
/// </summary>
public sealed record BackupExpectation(BackupCheck Check, BackupPlace Place, string Path)
{
    public string? Source { get; init; }

    /// <summary>Paths below the source that are not backed up; <c>*</c> stands for one folder.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>The lines that hold for a version, with their <c>{names}</c> replaced; blank lines and <c>#</c> comments vanish.</summary>
    public static IReadOnlyList<BackupExpectation> Read(string text, string? oldInstaller, IReadOnlyDictionary<string, string> names, out string? problem)
    {
        var expectations = new List<BackupExpectation>();
        foreach (var line in text.Split('\n', ';').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var filled = names.Aggregate(line, (l, n) => l.Replace("{" + n.Key + "}", n.Value, StringComparison.Ordinal));
            if (Parse(filled.Split(' ', StringSplitOptions.RemoveEmptyEntries), oldInstaller) is not { } parsed)
            {
                problem = line;
                return [];
            }

            if (parsed.Applies)
                expectations.Add(parsed.Expectation);
        }

        problem = null;
        return expectations;
    }

    private static (BackupExpectation Expectation, bool Applies)? Parse(string[] words, string? oldInstaller)
    {
        if (words.Length < 2 || words.Length % 2 != 0)
            return null;
        var check = words[0].Split('@');
        if (!Enum.TryParse<BackupCheck>(check[0], ignoreCase: true, out var kind) || check.Length > 2 || (check.Length == 2 && check[1] != "snapshot"))
            return null;
        if (!words[1].StartsWith('/') || words[1].Contains('{', StringComparison.Ordinal))
            return null;
        var expectation = new BackupExpectation(kind, check.Length == 2 ? BackupPlace.FirstSnapshotNode : BackupPlace.Firstbox, words[1]);
        var applies = true;
        for (var i = 2; i < words.Length; i += 2)
        {
            switch (words[i])
            {
                case "of":
                    expectation = expectation with { Source = words[i + 1] };
                    break;
                case "without":
                    expectation = expectation with { Without = words[i + 1].Split(',') };
                    break;
                case "from":
                    applies &= VersionNumber.Compare(oldInstaller, words[i + 1]) is null or >= 0;
                    break;
                case "before":
                    applies &= VersionNumber.Compare(oldInstaller, words[i + 1]) is null or < 0;
                    break;
                default:
                    return null;
            }
        }

        return kind == BackupCheck.Tree && expectation.Source is null ? null : (expectation, applies);
    }
}

/// <summary>Files and bytes below a folder.</summary>
public sealed record TreeSize(long Files, long Bytes)
{
    /// <summary>Of <c>find … -printf '%s\n'</c> summed up as <c>files bytes</c>; null: not there.</summary>
    public static TreeSize? Read(string? text) =>
        text?.Trim().Split(' ') is [var files, var bytes]
        && long.TryParse(files, NumberStyles.None, CultureInfo.InvariantCulture, out var f) && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
            ? new TreeSize(f, b)
            : null;
}

/// <summary>What was measured of one backup.</summary>
public sealed record BackupMeasure
{
    public required bool Exists { get; init; }
    public TreeSize? Size { get; init; }

    /// <summary>gzip -t found it whole.</summary>
    public bool? GzipOk { get; init; }

    /// <summary>Every database dump in the folder has its closing line; null: none is there.</summary>
    public bool? DumpsWhole { get; init; }

    /// <summary>The last lines of the unpacked dump.</summary>
    public string DumpEnd { get; init; } = "";
}

public enum BackupTrouble
{
    None,
    Missing,
    Empty,

    /// <summary>Fewer files or bytes than the source had.</summary>
    Short,
    BadGzip,

    /// <summary>The dump does not end with its closing line: pg_dumpall failed behind the pipe.</summary>
    Unfinished,

    /// <summary>The node that holds it did not answer.</summary>
    NotRead,
}

public static class BackupVerdict
{
    /// <param name="source">What the source had before; null: never measured, then the folder must only have content.</param>
    public static BackupTrouble Of(BackupExpectation expected, BackupMeasure? measured, TreeSize? source)
    {
        if (measured is null)
            return BackupTrouble.NotRead;
        if (!measured.Exists)
            return BackupTrouble.Missing;
        if (measured.Size is null)
            return BackupTrouble.NotRead;
        if (measured.Size is { Bytes: 0 } or { Files: 0 } && source is null or { Files: > 0 })
            return BackupTrouble.Empty;
        return expected.Check switch
        {
            BackupCheck.Dump when measured.GzipOk != true => BackupTrouble.BadGzip,
            BackupCheck.Folder or BackupCheck.Tree when measured.GzipOk == false => BackupTrouble.BadGzip,
            BackupCheck.Folder or BackupCheck.Tree when measured.DumpsWhole == false => BackupTrouble.Unfinished,
            BackupCheck.Dump when !measured.DumpEnd.Contains("dump complete", StringComparison.Ordinal) => BackupTrouble.Unfinished,
            BackupCheck.Tree when source is not null && (measured.Size.Files < source.Files || measured.Size.Bytes < source.Bytes) => BackupTrouble.Short,
            _ => BackupTrouble.None,
        };
    }
}
