using Fleet.Server.Api;

namespace Fleet.Cli.CommandLine;

/// <summary>The command cannot be done: an exit code and what to tell.</summary>
internal sealed class CliFailure(int exitCode, string message, IReadOnlyList<ApiError>? errors = null, int? status = null) : Exception(message)
{
    private readonly string? _file;

    private CliFailure(CliFailure failure, string file)
        : this(failure.ExitCode, failure.Message, failure.Errors, failure.Status) => _file = file;

    public int ExitCode { get; } = exitCode;

    /// <summary>The HTTP status, where the server refused.</summary>
    public int? Status { get; } = status;

    public IReadOnlyList<ApiError> Errors { get; } = errors ?? [];

    /// <summary>One line for each thing that is wrong: where, what, what to do.</summary>
    public IReadOnlyList<string> Lines(string? file = null) => Errors.Count == 0 ? [Message] : [.. Errors.Select(e => Line(e, file ?? (e.Line is null ? null : _file)))];

    /// <summary>Errors that have a place are in this file.</summary>
    public CliFailure About(string file) => new(this, file);

    private static string Line(ApiError error, string? file)
    {
        var place = error.Line is { } line ? $"{(file is null ? "" : $"{file}:")}{line}:{error.Column ?? 1}  " : file is null ? "" : $"{file}: ";
        var path = string.IsNullOrEmpty(error.Path) ? "" : $"{error.Path}: ";
        return $"{place}{path}{error.Message}";
    }
}
