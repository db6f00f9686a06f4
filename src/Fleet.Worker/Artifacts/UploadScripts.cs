using Fleet.Contracts.Phases;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Artifacts;

/// <summary>What an upload asks of the firstbox, as POSIX-sh. Those that change are idempotent and run under the fence.</summary>
internal static class UploadScripts
{
    private const long Small = 64L << 20;

    public static bool IsSmall(long size) => size <= Small;

    public static string Look(UploadPaths paths) =>
        $$"""
        LC_ALL=C; export LC_ALL
        f={{ShellQuote.Of(paths.Final)}}
        [ -f "$f" ] && printf 'final %s %s\n' "$(stat -L -c %s "$f")" "$(sha256sum < "$f" | cut -d' ' -f1)"
        for p in "$f".part-*; do [ -f "$p" ] && printf 'part %s %s\n' "$(stat -c %s "$p")" "${p##*.part-}"; done
        d=$(dirname "$f"); while [ ! -d "$d" ]; do d=$(dirname "$d"); done
        df -Pk "$d" | awk 'NR == 2 { print "free " $4 }'
        """;

    public static string Prefix(UploadPaths paths, long size) => $"head -c {size} {ShellQuote.Of(paths.Part)} | sha256sum | cut -d' ' -f1";

    public static string Digest(UploadPaths paths) => $"sha256sum < {ShellQuote.Of(paths.Part)} | cut -d' ' -f1";

    public static string TakeOver(UploadPaths paths, UploadPlan plan)
    {
        var lines = plan.Stale.Select(p => $"rm -f {ShellQuote.Of(paths.PartOf(p.Epoch))}").ToList();
        if (plan.TakeOver is { } older)
            lines.Add($"[ ! -e {ShellQuote.Of(paths.PartOf(older.Epoch))} ] || mv -f {ShellQuote.Of(paths.PartOf(older.Epoch))} {ShellQuote.Of(paths.Part)}");
        return string.Join('\n', lines);
    }

    public static string Drop(UploadPaths paths) => $"rm -f {ShellQuote.Of(paths.Part)}";

    /// <summary>Another file of that name is set aside, never overwritten. Prints the digest that was found when it is not the right one.</summary>
    public static string Name(UploadPaths paths, PackageRef package)
    {
        var check = IsSmall(package.Size) ? $"got=$(sha256sum < \"$p\" | cut -d' ' -f1); [ \"$got\" = {package.Digest} ] || {{ echo \"$got\"; exit 1; }}" : "";
        return $$"""
            f={{ShellQuote.Of(paths.Final)}}; p={{ShellQuote.Of(paths.Part)}}
            if [ -e "$p" ]; then
            {{check}}
            if [ -e "$f" ]; then mv -f "$f" "$f".before-{{paths.Epoch}} || exit 2; fi
            mv -f "$p" "$f" || exit 2
            fi
            [ -f "$f" ]
            """;
    }
}
