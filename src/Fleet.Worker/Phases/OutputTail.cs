using Fleet.Worker.Ssh;

namespace Fleet.Worker.Phases;

/// <summary>The last 256 KiB of an execution's output, and its lines as they become whole.</summary>
/// <param name="from">The offset that reading begins at.</param>
internal sealed class OutputTail(long from)
{
    private const int Kept = 256 * 1024;
    private const int LongestLine = 64 * 1024;

    private readonly List<byte> _line = [];
    private byte[] _tail = [];
    private int _tailLength;
    private bool _overlong;

    /// <summary>Bytes printed so far.</summary>
    public long End { get; private set; } = from;

    /// <summary>Set before the first byte: lines, decoded, without their end. A line over 64 KiB is handed over cut.</summary>
    public Action<string>? OnLine { get; set; }

    public string Text => RemoteText.Decode(_tail.AsSpan(Math.Max(0, _tailLength - Kept), Math.Min(_tailLength, Kept)));

    /// <summary>What is new in a piece; empty when all of it was seen.</summary>
    public ReadOnlyMemory<byte> Take(long offset, ReadOnlyMemory<byte> bytes)
    {
        if (offset + bytes.Length <= End)
            return ReadOnlyMemory<byte>.Empty;
        if (offset < End)
            bytes = bytes[(int)(End - offset)..];
        End = Math.Max(End, offset) + bytes.Length;
        Append(bytes.Span);
        if (OnLine is { } onLine)
            Lines(bytes.Span, onLine);
        return bytes;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Kept)
            bytes = bytes[^Kept..];
        if (_tailLength + bytes.Length > _tail.Length)
            MakeRoom(bytes.Length);
        bytes.CopyTo(_tail.AsSpan(_tailLength));
        _tailLength += bytes.Length;
    }

    // Twice what is kept, so that bytes move once in 256 KiB and not with every piece.
    private void MakeRoom(int length)
    {
        var keep = Math.Min(_tailLength, Kept);
        var size = Math.Min(2 * Kept, Math.Max(4096, 2 * (_tailLength + length)));
        var tail = keep + length <= _tail.Length && size <= _tail.Length ? _tail : new byte[Math.Max(size, keep + length)];
        _tail.AsSpan(_tailLength - keep, keep).CopyTo(tail);
        _tail = tail;
        _tailLength = keep;
    }

    private void Lines(ReadOnlySpan<byte> bytes, Action<string> onLine)
    {
        while (bytes.IndexOf((byte)'\n') is var newline and >= 0)
        {
            AddToLine(bytes[..newline]);
            onLine(RemoteText.Decode([.. _line]).TrimEnd('\r'));
            _line.Clear();
            _overlong = false;
            bytes = bytes[(newline + 1)..];
        }
        AddToLine(bytes);
    }

    private void AddToLine(ReadOnlySpan<byte> bytes)
    {
        if (_overlong)
            return;
        var room = LongestLine - _line.Count;
        _overlong = bytes.Length > room;
        _line.AddRange(_overlong ? bytes[..room] : bytes);
    }
}
