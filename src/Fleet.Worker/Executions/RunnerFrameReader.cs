using System.Security.Cryptography;
using System.Text;

namespace Fleet.Worker.Executions;

/// <summary>
/// Cuts what comes over the link into frames. What a login shell prints before the first one is skipped; after it, whatever is no whole frame with the right digest
/// is not handed on, and the reader is <see cref="Torn"/>: the rest of the stream means nothing. Holds one frame at most.
/// </summary>
internal sealed class RunnerFrameReader
{
    private const int MaxLine = 8 * 1024;
    private const int MaxNoise = 256 * 1024;
    private const int MaxBytes = 1024 * 1024;
    private readonly MemoryStream _line = new();
    private byte[] _body = [];
    private int _filled;
    private RunnerLine? _head;
    private int _noise;
    private bool _begun;

    /// <summary>The line is longer than any of the runner's: none of it counts, in whatever pieces it comes.</summary>
    private bool _overlong;

    public bool Torn { get; private set; }

    /// <summary>Takes bytes from the front of <paramref name="input"/> up to the end of one frame; null when more bytes are needed.</summary>
    public RunnerFrame? Next(ref ReadOnlyMemory<byte> input)
    {
        while (!Torn && !input.IsEmpty)
        {
            var frame = _head is null ? NextLine(ref input) : NextBody(ref input);
            if (frame is not null)
                return frame;
        }

        return null;
    }

    private RunnerFrame? NextLine(ref ReadOnlyMemory<byte> input)
    {
        var end = input.Span.IndexOf((byte)'\n');
        var part = end < 0 ? input : input[..end];
        input = end < 0 ? default : input[(end + 1)..];
        _overlong |= _line.Length + part.Length > MaxLine;
        if (!_overlong)
            _line.Write(part.Span);
        Torn |= _overlong && _begun;
        _noise += part.Length;
        Torn |= !_begun && _noise > MaxNoise;
        if (end < 0 || Torn)
            return null;
        var line = _overlong ? null : RunnerLine.Parse(Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length));
        _line.SetLength(0);
        _overlong = false;
        if (line is null)
        {
            Torn = _begun;
            return null;
        }

        _begun = true;
        return Begin(line);
    }

    private RunnerFrame? Begin(RunnerLine line)
    {
        switch (line.Word)
        {
            case "bytes" when line.Number("length") is > 0 and <= MaxBytes && line.Number("offset") is not null && line.Number("cut") is not null:
                _head = line;
                _filled = 0;
                var length = (int)line.Number("length")!.Value;
                if (_body.Length < length)
                    _body = new byte[length];
                return null;
            case "bytes":
                Torn = true;
                return null;
            case "beat":
                return new RunnerFrame.Beat(line.Number("printed") ?? 0, line.Flag("blocked"));
            default:
                return new RunnerFrame.Line(line);
        }
    }

    private RunnerFrame.Output? NextBody(ref ReadOnlyMemory<byte> input)
    {
        var head = _head!;
        var length = (int)head.Number("length")!.Value;
        var take = Math.Min(length - _filled, input.Length);
        input.Span[..take].CopyTo(_body.AsSpan(_filled));
        _filled += take;
        input = input[take..];
        if (_filled < length)
            return null;
        _head = null;
        var body = _body.AsMemory(0, length);
        if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(body.Span)), head.Text("sha"), StringComparison.Ordinal))
        {
            Torn = true;
            return null;
        }

        return new RunnerFrame.Output(head.Number("offset")!.Value, head.Number("cut")!.Value, body);
    }
}
