using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Steps.Reading;

/// <summary>Moves what would be in the way or would be overwritten. Nothing is deleted.</summary>
internal static class SetAside
{
    /// <summary>Moves what is there, each once; what is gone already was moved by an earlier try.</summary>
    public static string Script(string? backup, IReadOnlyList<string> markers, string to)
    {
        var moves = new List<string>();
        if (backup is not null)
            moves.Add($"[ ! -e {Sh.Quote(backup)} ] || {{ mkdir -p {Sh.Quote(to)} && mv -T {Sh.Quote(backup)} {Sh.Quote($"{to}/{Last(backup)}")}; }} || exit 1");
        moves.AddRange(markers.Select(m => $"[ ! -e {Sh.Quote(m)} ] || {{ mkdir -p {Sh.Quote(to)} && mv -f {Sh.Quote(m)} {Sh.Quote($"{to}/{Last(m)}")}; }} || exit 1"));
        return string.Join('\n', moves) + "\nexit 0\n";
    }

    /// <summary>Null when all was moved.</summary>
    public static StepResult? Problem(FencedReply reply, string to) => reply.Refusal == Refusal.None && reply.Result?.Ok == true
        ? null
        : StepResult.Failed(Finding.Of("set-aside-failed", ("to", to), ("problem", reply.Refusal == Refusal.None ? reply.Result?.ErrorText.Trim() ?? "" : $"{reply.Refusal} {reply.Detail}")));

    private static string Last(string path) => path[(path.TrimEnd('/').LastIndexOf('/') + 1)..].TrimEnd('/');
}
