using Fleet.Runbooks.Texts;

namespace Fleet.Runbooks.Loading;

/// <summary>One thing that is wrong in a runbook file: a code with arguments, and where.</summary>
/// <param name="Line">1 and up.</param>
/// <param name="Column">1 and up.</param>
/// <param name="Path">Like <c>phases[2].steps[0].timeLimit</c>; empty for the file as a whole.</param>
/// <param name="File">Null: the file that was loaded; else the name of the built-in runbook that it extends.</param>
public sealed record LoadProblem(int Line, int Column, string Path, string Code, IReadOnlyDictionary<string, string> Args, string? File = null)
{
    /// <summary>What is wrong and what is allowed, without the place.</summary>
    public string Message => Text.Render(Code, Args);

    public override string ToString() => $"{(File is null ? "" : $"{File}:")}{Line}:{Column}  {(Path.Length == 0 ? "" : $"{Path}: ")}{Message}";
}
