namespace Fleet.Orchestration.Traces;

/// <summary>A span that was made from records, with all that it will ever say.</summary>
internal sealed record RecordedSpan
{
    /// <summary>32 hex digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>16 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Null: it is its trace's root.</summary>
    public string? ParentId { get; init; }
    public required string Name { get; init; }

    /// <summary>A run, which somebody asked for; else a part of one.</summary>
    public bool IsRun { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }

    /// <summary>The audit entry from which on the records say all of it; <see cref="long.MaxValue"/>: there is none yet.</summary>
    public required long KnownBy { get; init; }

    /// <summary>Values are strings, integers or booleans.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();
    public IReadOnlyList<RecordedEvent> Events { get; init; } = [];
    public IReadOnlyList<RecordedLink> Links { get; init; } = [];

    /// <summary>Null: it ended well, or as somebody wanted.</summary>
    public string? FailedBy { get; init; }
}

internal sealed record RecordedEvent(string Name, DateTimeOffset At, IReadOnlyDictionary<string, object> Attributes);

internal sealed record RecordedLink(string TraceId, string SpanId, IReadOnlyDictionary<string, object> Attributes);
