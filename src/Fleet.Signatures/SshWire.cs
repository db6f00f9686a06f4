using System.Buffers.Binary;
using System.Text;

namespace Fleet.Signatures;

/// <summary>Reads SSH's binary encoding (RFC 4251, section 5) from the front of a buffer.</summary>
internal ref struct SshWire(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool IsEmpty => rest.IsEmpty;

    public bool TryNumber(out uint number)
    {
        number = 0;
        if (rest.Length < 4)
            return false;
        number = BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[4..];
        return true;
    }

    public bool TryBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryNumber(out var length) || length > (uint)rest.Length)
            return false;
        value = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    public bool TryText(out string text)
    {
        var read = TryBytes(out var bytes);
        text = Encoding.UTF8.GetString(bytes);
        return read;
    }

    /// <summary>A number of any length, without leading zeros.</summary>
    public bool TryBig(out byte[] number)
    {
        var read = TryBytes(out var bytes);
        number = bytes.TrimStart((byte)0).ToArray();
        return read;
    }

    public static byte[] Join(params ReadOnlySpan<byte[]> parts)
    {
        using var joined = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            joined.Write(length);
            joined.Write(part);
        }

        return joined.ToArray();
    }
}
