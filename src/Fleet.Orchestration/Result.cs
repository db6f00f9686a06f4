using System.Diagnostics.CodeAnalysis;
using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration;

/// <summary>How a command of a person ended, apart from its value.</summary>
public enum ResultKind
{
    Ok,

    /// <summary>What was given is wrong; every problem is listed and nothing was changed.</summary>
    Invalid,
    NotFound,

    /// <summary>It does not fit what is true now (answered already, zone is running, …); nothing was changed.</summary>
    Conflict,
}

/// <summary>A value, or every reason why there is none.</summary>
public sealed record Result<T>(ResultKind Kind, T? Value, IReadOnlyList<Finding> Problems)
{
    [MemberNotNullWhen(true, nameof(Value))]
    public bool Ok => Kind == ResultKind.Ok;
}

public static class Result
{
    public static Result<T> Ok<T>(T value) => new(ResultKind.Ok, value, []);

    public static Result<T> Invalid<T>(params IReadOnlyList<Finding> problems) => new(ResultKind.Invalid, default, problems);

    public static Result<T> NotFound<T>(Finding problem) => new(ResultKind.NotFound, default, [problem]);

    public static Result<T> Conflict<T>(params IReadOnlyList<Finding> problems) => new(ResultKind.Conflict, default, problems);
}
