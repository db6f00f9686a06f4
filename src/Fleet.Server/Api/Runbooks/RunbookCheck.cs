using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Texts;

namespace Fleet.Server.Api.Runbooks;

/// <summary>Checks a runbook file without a server.</summary>
public static class RunbookCheck
{
    /// <returns>All that is wrong; none: the runbook's name, version and digest are given.</returns>
    public static (IReadOnlyList<ApiError> Errors, string? Name, string? Version, string? Digest) Check(string text)
    {
        var result = RunbookLoader.Load(text);
        return ([.. result.Problems.Select(Of)], result.Runbook?.Name, result.Runbook?.Version, result.Runbook?.Digest);
    }

    private static ApiError Of(LoadProblem problem) =>
        new() { Code = problem.Code, Message = Text.Render(problem.Code, problem.Args, Language.Current), Args = problem.Args, Line = problem.Line, Column = problem.Column, Path = problem.Path };
}
