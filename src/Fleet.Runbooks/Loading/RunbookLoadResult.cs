using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

/// <param name="Runbook">Null when anything is wrong.</param>
/// <param name="Problems">All that is wrong, in the order of the file.</param>
/// <param name="Text">
/// The self-contained file: what was loaded, or, where that extends another runbook, both as one file. <see cref="Runbook.Digest"/> is the sha-256 of exactly these
/// characters in UTF-8, so this is what is stored, served by digest and exported. Empty when anything is wrong.
/// </param>
public sealed record RunbookLoadResult(Runbook? Runbook, IReadOnlyList<LoadProblem> Problems, string Text)
{
    public bool Ok => Runbook is not null;
}
