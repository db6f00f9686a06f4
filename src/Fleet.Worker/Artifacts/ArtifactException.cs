using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Texts;

namespace Fleet.Worker.Artifacts;

/// <summary>A runbook or package could not be had from the server; the reason is a code that people can be told.</summary>
internal sealed class ArtifactException(Finding reason, bool transient = false, Exception? inner = null) : Exception(Text.Render(reason.Code, reason.Args), inner)
{
    public Finding Reason { get; } = reason;

    /// <summary>Asking again may help.</summary>
    public bool Transient { get; } = transient;
}
