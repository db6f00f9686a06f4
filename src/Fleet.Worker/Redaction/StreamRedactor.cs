using System.Text;

namespace Fleet.Worker.Redaction;

/// <summary>
/// Hides secrets in bytes as they come: each hidden byte becomes a <c>*</c>, so offsets stay what they are. However the bytes are cut into pieces, the same is hidden; what might still become a secret is held back:
/// the last word of a line that has no end yet, and what begins a known value. <see cref="Flush"/> gives it out, since a question must be seen before it is answered.
/// </summary>
internal sealed class StreamRedactor(SecretMatcher values)
{
    /// <summary>A longer line is looked at in pieces.</summary>
    private const int LongestLine = 16 * 1024;

    /// <summary>Held back at most where a long line is cut; tokens are shorter.</summary>
    private const int LongestWord = 2 * 1024;

    /// <summary>Looked at again with the next piece of a long line, so that a value that begins before the cut is still seen whole.</summary>
    private const int Context = SecretForms.Longest;

    private readonly KeyBlock _keys = new();
    private readonly byte[] _line = new byte[LongestLine];
    private readonly bool[] _hide = new bool[LongestLine];
    private int _length;

    /// <summary>So many of the line's bytes were given out.</summary>
    private int _given;
    private SecretMatcher _values = values;

    /// <summary>Bytes that are held back.</summary>
    public int Held => _length - _given;

    /// <summary>What is known has changed, like after a password was read anew.</summary>
    public void Know(SecretMatcher now) => _values = now;

    public void Feed(ReadOnlySpan<byte> bytes, Redacted output)
    {
        while (!bytes.IsEmpty)
        {
            var room = bytes[..Math.Min(bytes.Length, LongestLine - _length)];
            var end = room.IndexOfAny((byte)'\n', (byte)'\r') + 1;
            var take = end > 0 ? room[..end] : room;
            take.CopyTo(_line.AsSpan(_length));
            _length += take.Length;
            bytes = bytes[take.Length..];
            if (end > 0)
                EndLine(output);
            else if (_length == LongestLine)
                Cut(output);
        }

        Give(output, held: true);
    }

    /// <summary>Gives out all that was held back: the command waits, or has ended. The line goes on.</summary>
    public void Flush(Redacted output) => Give(output, held: false);

    private void EndLine(Redacted output)
    {
        Look(whole: true);
        GiveUpTo(_length, output);
        _length = _given = 0;
    }

    /// <summary>Where it is cut depends on the line alone.</summary>
    private void Cut(Redacted output)
    {
        var open = Look(whole: true);
        var word = _line.AsSpan(LongestLine - LongestWord).LastIndexOfAny((byte)' ', (byte)'\t');
        var cut = Math.Min(word >= 0 ? LongestLine - LongestWord + word + 1 : LongestLine - LongestWord, LongestLine - open);
        GiveUpTo(cut, output);
        var from = cut - Context;
        _line.AsSpan(from, LongestLine - from).CopyTo(_line);
        (_length, _given) = (LongestLine - from, Math.Max(_given - from, 0));
    }

    private void Give(Redacted output, bool held)
    {
        var end = held ? _line.AsSpan(0, _length).LastIndexOfAny((byte)' ', (byte)'\t') + 1 : _length;
        if (end <= _given)
            return;
        var open = Look(whole: false);
        GiveUpTo(held ? Math.Min(end, _length - open) : end, output);
    }

    private void GiveUpTo(int end, Redacted output)
    {
        if (end <= _given)
            return;
        output.Add(_line.AsSpan(_given, end - _given), _hide.AsSpan(_given, end - _given));
        _given = end;
    }

    /// <returns>So many bytes at its end begin a known value.</returns>
    private int Look(bool whole)
    {
        _hide.AsSpan(0, _length).Clear();
        var text = Encoding.Latin1.GetString(_line, 0, _length);
        SecretPatterns.Scan(text, Hide);
        _keys.Scan(text, whole, Hide);
        return _values.Scan(_line.AsSpan(0, _length), Hide);
    }

    private void Hide(int start, int end)
    {
        if (end > start)
            _hide.AsSpan(start, end - start).Fill(true);
    }
}
