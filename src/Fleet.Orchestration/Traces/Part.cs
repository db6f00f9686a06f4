namespace Fleet.Orchestration.Traces;

/// <summary>A piece of a trace while its records are read. Lives within one reading.</summary>
internal sealed class Part(string id, string? parentId, string name, DateTimeOffset start, long openedBy)
{
    public string Id { get; } = id;
    public string? ParentId { get; } = parentId;
    public string Name { get; } = name;
    public DateTimeOffset Start { get; } = start;

    /// <summary>For a dispatch: the phase that it was of.</summary>
    public Part? Within { get; init; }

    /// <summary>The audit entry that tells of its beginning.</summary>
    public long OpenedBy { get; } = openedBy;
    public DateTimeOffset? End { get; private set; }
    public long ClosedBy { get; private set; } = long.MaxValue;

    /// <summary>A <c>cicd.pipeline.result</c>.</summary>
    public string Result { get; private set; } = Results.Success;
    public string? Error { get; private set; }
    public Dictionary<string, object> Attributes { get; } = [];
    public List<RecordedEvent> Events { get; } = [];
    public List<RecordedLink> Links { get; } = [];

    public bool IsOpen => End is null;

    public void Close(DateTimeOffset at, long by, string result, string? error = null)
    {
        if (!IsOpen)
            return;
        (End, ClosedBy, Result, Error) = (at > Start ? at : Start, by, result, error);
    }

    /// <summary>The span of a piece that has ended.</summary>
    /// <param name="about">What is said besides; what the piece itself says of the same name is left out.</param>
    /// <param name="result">The attribute that says how it ended; null: none does.</param>
    public RecordedSpan Ended(string traceId, string name, Dictionary<string, object> about, string? result, bool isRun)
    {
        foreach (var (key, value) in Attributes)
            about.TryAdd(key, value);
        if (result is not null)
            about[result] = Result;
        var failedBy = Results.IsBad(Result) ? Error ?? Result : null;
        if (failedBy is not null)
            about[Names.Error] = failedBy;
        return new RecordedSpan
        {
            TraceId = traceId,
            Id = Id,
            ParentId = ParentId,
            Name = name,
            IsRun = isRun,
            Start = Start,
            End = End!.Value,
            KnownBy = ClosedBy,
            Attributes = about,
            Events = Events,
            Links = Links,
            FailedBy = failedBy,
        };
    }
}

/// <summary>How a run or a task ended, as the conventions for CI/CD call it.</summary>
internal static class Results
{
    public const string Success = "success";
    public const string Failure = "failure";
    public const string Error = "error";
    public const string Timeout = "timeout";
    public const string Cancellation = "cancellation";
    public const string Skip = "skip";

    public static bool IsBad(string result) => result is Failure or Error or Timeout;

    /// <param name="state">The word of a zone's or a rollout's state.</param>
    public static string OfState(string? state) => state switch
    {
        "succeeded" => Success,
        "failed" => Failure,
        "aborted" => Cancellation,
        "skipped" => Skip,
        _ => Error,
    };
}
