using Fleet.Contracts.Decisions;
using Fleet.Orchestration;
using Fleet.Server.Inventory;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fleet.Server.Api;

/// <summary>One error of a refused request: what, where, and what is allowed.</summary>
public sealed record ApiError
{
    public required string Code { get; init; }
    public required string Message { get; init; }
    public IReadOnlyDictionary<string, string> Args { get; init; } = new Dictionary<string, string>();

    /// <summary>Where in a given file; null: not about a file.</summary>
    public int? Line { get; init; }
    public int? Column { get; init; }
    public string? Path { get; init; }

    public static ApiError Of(Finding finding) => new()
    {
        Code = finding.Code,
        Message = Told.Sentence(finding),
        Args = finding.Args,
        Line = int.TryParse(finding.Args.GetValueOrDefault("line"), out var line) ? line : null,
        Column = int.TryParse(finding.Args.GetValueOrDefault("column"), out var column) ? column : null,
        Path = finding.Args.GetValueOrDefault("path"),
    };

    public static ApiError Of(InventoryProblem problem) =>
        new() { Code = problem.What.Code, Message = Told.Sentence(problem.What), Args = problem.What.Args, Line = problem.Line, Column = problem.Column, Path = problem.Path };
}

/// <summary>Refusals as problem+json, every error in <c>errors</c>.</summary>
internal static class ApiProblem
{
    public static ProblemHttpResult Of(ResultKind kind, IReadOnlyList<ApiError> errors) =>
        Of(
            kind switch
            {
                ResultKind.NotFound => StatusCodes.Status404NotFound,
                ResultKind.Conflict => StatusCodes.Status409Conflict,
                _ => StatusCodes.Status400BadRequest,
            },
            errors);

    public static ProblemHttpResult Of(int status, params IReadOnlyList<ApiError> errors)
    {
        var problem = new ProblemDetails
        {
            Status = status,
            Title = Title(status),
            Detail = string.Join(' ', errors.Take(3).Select(e => e.Message)),
        };
        problem.Extensions["errors"] = errors;
        return TypedResults.Problem(problem);
    }

    public static ProblemHttpResult Of(int status, Finding finding) => Of(status, [ApiError.Of(finding)]);

    public static Results<Ok<TDocument>, ProblemHttpResult> From<TValue, TDocument>(Result<TValue> result, Func<TValue, TDocument> document) =>
        result.Ok ? TypedResults.Ok(document(result.Value)) : Of(result.Kind, [.. result.Problems.Select(ApiError.Of)]);

    public static string Title(int status) => Told.Sentence(Finding.Of(status switch
    {
        StatusCodes.Status400BadRequest => "problem-wrong",
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status421MisdirectedRequest => "problem-wrong",
        StatusCodes.Status429TooManyRequests => "problem-too-many",
        StatusCodes.Status401Unauthorized => "problem-token",
        StatusCodes.Status403Forbidden => "problem-not-allowed",
        StatusCodes.Status404NotFound => "problem-not-there",
        StatusCodes.Status409Conflict => "problem-does-not-fit",
        StatusCodes.Status503ServiceUnavailable => "problem-unavailable",
        _ => "problem-failed",
    }));
}
