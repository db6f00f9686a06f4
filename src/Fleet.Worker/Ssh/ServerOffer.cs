using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Fleet.Worker.Ssh;

/// <summary>Reads what a server offers: its version line and its first key-exchange message, which travel in clear before anything is agreed. Nothing is negotiated.</summary>
internal static class ServerOffer
{
    private const int MessageKexInit = 20;

    /// <exception cref="IOException">It speaks no SSH, or closed.</exception>
    public static async Task<OfferedAlgorithms> ReadAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync("SSH-2.0-Fleet\r\n"u8.ToArray(), cancellationToken);
        await ReadVersionAsync(stream, cancellationToken);

        var header = new byte[5];
        await stream.ReadExactlyAsync(header, cancellationToken);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (length is < 20 or > 35_000)
            throw new IOException($"The first packet claims {length} bytes.");
        var packet = new byte[length - 1];
        await stream.ReadExactlyAsync(packet, cancellationToken);
        return Parse(packet.AsSpan(0, packet.Length - header[4]));
    }

    internal static OfferedAlgorithms Parse(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 17 || payload[0] != MessageKexInit)
            throw new IOException("The first message is no key-exchange offer.");
        var rest = payload[17..];
        var lists = new List<string[]>();
        while (lists.Count < 6)
        {
            if (rest.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length > rest.Length - 4)
                throw new IOException("The key-exchange offer is cut off.");
            lists.Add(Encoding.ASCII.GetString(rest.Slice(4, (int)length)).Split(',', StringSplitOptions.RemoveEmptyEntries));
            rest = rest[(4 + (int)length)..];
        }

        return new OfferedAlgorithms(lists[0], lists[1], lists[2], lists[4]);
    }

    private static async Task ReadVersionAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        // A server may send other lines before its version (RFC 4253, 4.2).
        for (var line = 0; line < 64; line++)
        {
            if ((await ReadLineAsync(stream, cancellationToken)).StartsWith("SSH-", StringComparison.Ordinal))
                return;
        }

        throw new IOException("No SSH version line came.");
    }

    private static async Task<string> ReadLineAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var line = new List<byte>(64);
        var one = new byte[1];
        while (line.Count < 1024)
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            if (one[0] == (byte)'\n')
                return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        throw new IOException("A line without end came in place of an SSH version.");
    }
}
