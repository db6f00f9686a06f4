using System.Globalization;
using System.Text;
using Fleet.Contracts.Transcripts;
using Fleet.Hosting.Bus.Seals;
using RabbitMQ.Client;

namespace Fleet.Hosting.Bus;

/// <summary>A transcript frame on the wire: the bytes are the body, the rest are headers.</summary>
internal static class TranscriptHeaders
{
    private const string Execution = "execution";
    private const string ZoneUpgrade = "zone-upgrade";
    private const string Step = "step";
    private const string Attempt = "attempt";
    private const string Offset = "offset";
    private const string CutBefore = "cut-before";
    private const string Sealed = "sealed";

    public static BasicProperties Write(TranscriptFrame frame)
    {
        var headers = new Dictionary<string, object?>
        {
            [Execution] = frame.ExecutionId,
            [ZoneUpgrade] = frame.ZoneUpgradeId.ToString("N"),
            [Step] = frame.Step,
            [Attempt] = (long)frame.Attempt,
            [Offset] = frame.Offset,
            [CutBefore] = frame.CutBefore,
        };
        if (!frame.Sealed.IsEmpty)
            headers[Sealed] = frame.Sealed.ToArray();
        return new BasicProperties { Persistent = true, ContentType = "application/octet-stream", Headers = headers };
    }

    /// <summary>What the headers say, as it is sealed with the body.</summary>
    public static string Envelope(TranscriptFrame frame) => string.Join('\n', frame.ExecutionId, frame.ZoneUpgradeId.ToString("N"), frame.Step, Invariant(frame.Attempt), Invariant(frame.Offset), Invariant(frame.CutBefore));

    public static (string? To, string? Code) ReadSeal(IReadOnlyBasicProperties properties) => (Text(properties.Headers, Seal.To), Text(properties.Headers, Seal.Mac));

    /// <summary>Null: it is no transcript frame.</summary>
    public static TranscriptFrame? Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var headers = properties.Headers;
        if (Text(headers, Execution) is not { } execution || !Guid.TryParseExact(Text(headers, ZoneUpgrade), "N", out var zoneUpgrade) || Text(headers, Step) is not { } step
            || Number(headers, Attempt) is not { } attempt || attempt > int.MaxValue || Number(headers, Offset) is not { } offset)
            return null;
        return new TranscriptFrame
        {
            ExecutionId = execution,
            ZoneUpgradeId = zoneUpgrade,
            Step = step,
            Attempt = (int)attempt,
            Offset = offset,
            CutBefore = Number(headers, CutBefore) ?? 0,
            Sealed = Bytes(headers, Sealed),
            // The delivery's buffer is the client's again once the handler returns.
            Bytes = body.ToArray(),
        };
    }

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Text(IDictionary<string, object?>? headers, string name) => headers is not null && headers.TryGetValue(name, out var value) && value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static byte[] Bytes(IDictionary<string, object?>? headers, string name) => headers is not null && headers.TryGetValue(name, out var value) && value is byte[] bytes ? bytes : [];

    private static long? Number(IDictionary<string, object?>? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out var value) && Whole(value) is >= 0 and var number ? number : null;

    /// <summary>The kinds of whole number that AMQP has.</summary>
    private static long? Whole(object? value) => value switch
    {
        long number => number,
        int or uint or short or ushort or byte or sbyte => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number and <= long.MaxValue => (long)number,
        _ => null,
    };
}
