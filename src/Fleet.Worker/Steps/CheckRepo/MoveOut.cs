using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Executions;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckRepo;

/// <summary>Moves files of the repo to the backup folder, with a manifest and a script that moves them back. Nothing is ever deleted.</summary>
internal static class MoveOut
{
    public static string Folder(IStepContext context) => $"{context.MovedOut()}/{context.Step.Name}";

    /// <summary>Null when all of them are in the folder now, moved by this call or by an earlier try.</summary>
    public static async Task<Finding?> RunAsync(IStepContext context, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var to = Folder(context);
        var reply = await context.ChangeAsync(Script(paths, to, context.PathOf("scan-repo")), cancellationToken);
        return reply.Refusal == Refusal.None && reply.Result?.Ok == true
            ? null
            : Finding.Of("move-out-failed", ("to", to), ("problem", reply.Refusal == Refusal.None ? reply.Result?.ErrorText.Trim() ?? "" : $"{reply.Refusal} {reply.Detail}")).WithLines(Lines.Of(reply.Result?.Text ?? ""));
    }

    public static Finding Moved(IStepContext context, IReadOnlyList<string> paths) =>
        Finding.Of("files-moved-out", ("count", paths.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("to", Folder(context)), ("undo", $"sh {Sh.Quote($"{Folder(context)}/undo.sh")}"), ("by", context.By())).WithLines(paths);

    public static IReadOnlyList<Debt> Debts(IStepContext context, IReadOnlyList<string> paths) =>
        [.. paths.Select(p => new Debt(DebtKind.MovedPackage, p, $"moved to {Folder(context)}{p}", context.By()))];

    /// <summary>Each file keeps its whole path below the folder. Undo is written before anything moves.</summary>
    public static string Script(IReadOnlyList<string> paths, string to, string scan)
    {
        var undo = new StringBuilder("set -e\n");
        foreach (var path in paths)
            undo.Append("[ ! -e ").Append(Sh.Quote(to + path)).Append(" ] || mv -n ").Append(Sh.Quote(to + path)).Append(' ').Append(Sh.Quote(path)).Append('\n');
        undo.Append(Sh.Quote(scan)).Append('\n');
        var script = new StringBuilder("set -e\n");
        script.Append("mkdir -p ").Append(Sh.Quote(to)).Append('\n');
        // The same choice made twice writes the same; another choice of the same step is put behind it.
        script.Append("undo=$(printf '%s' ").Append(Sh.Quote(undo.ToString())).Append(")\n");
        script.Append("grep -qsF -- ").Append(Sh.Quote(paths[0])).Append(' ').Append(Sh.Quote($"{to}/undo.sh")).Append(" || printf '%s\\n' \"$undo\" >>").Append(Sh.Quote($"{to}/undo.sh")).Append('\n');
        foreach (var path in paths)
        {
            var folder = (to + path)[..(to + path).LastIndexOf('/')];
            script.Append("if [ -e ").Append(Sh.Quote(path)).Append(" ]; then mkdir -p ").Append(Sh.Quote(folder));
            script.Append("; printf '%s %s\\n' \"$(stat -c %s ").Append(Sh.Quote(path)).Append(")\" ").Append(Sh.Quote(path)).Append(" >>").Append(Sh.Quote($"{to}/manifest"));
            script.Append("; mv -T ").Append(Sh.Quote(path)).Append(' ').Append(Sh.Quote(to + path)).Append("; fi\n");
            script.Append("[ -e ").Append(Sh.Quote(to + path)).Append(" ] || { echo \"not there: \"").Append(Sh.Quote(path)).Append(" >&2; exit 1; }\n");
        }

        return script.ToString();
    }
}
