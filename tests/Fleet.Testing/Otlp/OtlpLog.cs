namespace Fleet.Testing.Otlp;

/// <summary>A log entry as a collector gets it.</summary>
/// <param name="TraceId">Empty: it belongs to none.</param>
public sealed record OtlpLog(string Category, string Body, string TraceId, string SpanId, IReadOnlyDictionary<string, object> Attributes)
{
    /// <param name="request">An ExportLogsServiceRequest.</param>
    public static IEnumerable<OtlpLog> Read(ReadOnlyMemory<byte> request) =>
        from resource in new ProtoReader(request).Messages(1)
        from scope in resource.Messages(2)
        from entry in scope.Messages(2)
        select new OtlpLog(scope.Message(1).Text(1), entry.Message(5).Text(1), entry.Hex(9), entry.Hex(10), OtlpSpan.ReadAttributes(entry, 6));
}
