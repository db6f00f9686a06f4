using System.Buffers.Binary;
using System.Text;

namespace Fleet.Testing.Otlp;

/// <summary>Fields of one protobuf message, as they lie there.</summary>
public sealed class ProtoReader
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> fields = [];

    public ProtoReader(ReadOnlyMemory<byte> message)
    {
        var position = 0;
        while (position < message.Length)
        {
            var tag = Varint(message.Span, ref position);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0: fields.Add((number, Varint(message.Span, ref position), default)); break;
                case 1:
                    fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[position..]), default));
                    position += 8;
                    break;
                case 2:
                    var length = checked((int)Varint(message.Span, ref position));
                    fields.Add((number, 0, message.Slice(position, length)));
                    position += length;
                    break;
                case 5:
                    fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(message.Span[position..]), default));
                    position += 4;
                    break;
                default: throw new InvalidDataException($"Field {number} has the wire type {tag & 7}.");
            }
        }
    }

    public bool Has(int number) => fields.Any(f => f.Number == number);

    public ulong Number(int number) => fields.LastOrDefault(f => f.Number == number).Value;

    public ReadOnlyMemory<byte> Bytes(int number) => fields.LastOrDefault(f => f.Number == number).Bytes;

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number).Span);

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number).Span);

    public ProtoReader Message(int number) => new(Bytes(number));

    public IEnumerable<ProtoReader> Messages(int number) => fields.Where(f => f.Number == number).Select(f => new ProtoReader(f.Bytes));

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = bytes[position++];
            value |= (ulong)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
                return value;
        }

        throw new InvalidDataException("A number is longer than 64 bits.");
    }
}
