namespace Fleet.Testing.Otlp;

/// <summary>A span as a collector gets it.</summary>
public sealed record OtlpSpan
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    public required IReadOnlyDictionary<string, object> Resource { get; init; }

    /// <summary>What made it.</summary>
    public required string Scope { get; init; }
    public required string TraceId { get; init; }
    public required string Id { get; init; }

    /// <summary>Empty: it has none.</summary>
    public required string ParentId { get; init; }
    public required string Name { get; init; }

    /// <summary>1 internal, 2 server, 3 client, 4 producer, 5 consumer.</summary>
    public required int Kind { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    public required IReadOnlyDictionary<string, object> Attributes { get; init; }
    public required IReadOnlyList<OtlpEvent> Events { get; init; }
    public required IReadOnlyList<OtlpLink> Links { get; init; }

    /// <summary>0 unset, 1 well, 2 failed.</summary>
    public required int Status { get; init; }

    public TimeSpan Duration => End - Start;

    public string Text(string attribute) => Attributes.TryGetValue(attribute, out var value) ? $"{value}" : "";

    /// <summary>All that it says, to hold it against another of its id.</summary>
    public string Content =>
        $"{TraceId} {Id} {ParentId} {Name} {Kind} {Start:O} {End:O} {Status} {Of(Attributes)} {string.Join(';', Events.Select(e => $"{e.Name} {e.At:O} {Of(e.Attributes)}"))} {string.Join(';', Links.Select(l => $"{l.TraceId} {l.SpanId} {Of(l.Attributes)}"))}";

    /// <param name="request">An ExportTraceServiceRequest.</param>
    public static IEnumerable<OtlpSpan> Read(ReadOnlyMemory<byte> request) =>
        from resource in new ProtoReader(request).Messages(1)
        let about = ReadAttributes(resource.Message(1), 1)
        from scope in resource.Messages(2)
        from span in scope.Messages(2)
        select new OtlpSpan
        {
            Resource = about,
            Scope = scope.Message(1).Text(1),
            TraceId = span.Hex(1),
            Id = span.Hex(2),
            ParentId = span.Hex(4),
            Name = span.Text(5),
            Kind = (int)span.Number(6),
            Start = Time(span.Number(7)),
            End = Time(span.Number(8)),
            Attributes = ReadAttributes(span, 9),
            Events = [.. span.Messages(11).Select(e => new OtlpEvent(e.Text(2), Time(e.Number(1)), ReadAttributes(e, 3)))],
            Links = [.. span.Messages(13).Select(l => new OtlpLink(l.Hex(1), l.Hex(2), ReadAttributes(l, 4)))],
            Status = (int)span.Message(15).Number(3),
        };

    /// <summary>Of two of one name the last.</summary>
    internal static IReadOnlyDictionary<string, object> ReadAttributes(ProtoReader message, int number) =>
        message.Messages(number).GroupBy(pair => pair.Text(1)).ToDictionary(same => same.Key, same => Value(same.Last().Message(2)));

    private static object Value(ProtoReader value) =>
        value.Has(1) ? value.Text(1) : value.Has(2) ? value.Number(2) != 0 : value.Has(3) ? (long)value.Number(3) : value.Has(4) ? BitConverter.UInt64BitsToDouble(value.Number(4)) : "";

    private static DateTimeOffset Time(ulong nanoseconds) => Epoch.AddTicks((long)(nanoseconds / 100));

    private static string Of(IReadOnlyDictionary<string, object> attributes) => string.Join(',', attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"));
}

public sealed record OtlpEvent(string Name, DateTimeOffset At, IReadOnlyDictionary<string, object> Attributes);

public sealed record OtlpLink(string TraceId, string SpanId, IReadOnlyDictionary<string, object> Attributes);
