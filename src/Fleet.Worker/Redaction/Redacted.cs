using System.Buffers;

namespace Fleet.Worker.Redaction;

/// <summary>What may be shown, byte for byte as long as what was printed, and what was hidden in it.</summary>
internal sealed class Redacted
{
    private readonly ArrayBufferWriter<byte> _shown = new();
    private readonly List<HiddenBytes> _hidden = [];

    public ReadOnlyMemory<byte> Shown => _shown.WrittenMemory;

    /// <summary>By where they begin in <see cref="Shown"/>.</summary>
    public IReadOnlyList<HiddenBytes> Hidden => _hidden;

    public void Add(ReadOnlySpan<byte> bytes, ReadOnlySpan<bool> hide)
    {
        var start = _shown.WrittenCount;
        var shown = _shown.GetSpan(bytes.Length)[..bytes.Length];
        for (var i = 0; i < bytes.Length;)
        {
            var run = i;
            while (run < bytes.Length && hide[run] == hide[i])
                run++;
            if (hide[i])
            {
                shown[i..run].Fill((byte)'*');
                _hidden.Add(new HiddenBytes(start + i, bytes[i..run].ToArray()));
            }
            else
            {
                bytes[i..run].CopyTo(shown[i..run]);
            }

            i = run;
        }

        _shown.Advance(bytes.Length);
    }
}

/// <param name="Offset">Where they were printed.</param>
internal sealed record HiddenBytes(long Offset, ReadOnlyMemory<byte> Bytes)
{
    public long End => Offset + Bytes.Length;

    /// <summary>What of it lies between these offsets.</summary>
    public HiddenBytes Within(long start, long end)
    {
        var (from, to) = (Math.Max(Offset, start), Math.Min(End, end));
        return new HiddenBytes(from, Bytes[(int)(from - Offset)..(int)(to - Offset)]);
    }
}
