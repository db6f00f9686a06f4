using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Fleet.Worker.Ssh;

/// <summary>Speaks with an agent that holds private keys and signs with them (draft-ietf-sshm-ssh-agent): they never come here. One connection for each question, as keys may be added meanwhile.</summary>
internal sealed class SshAgent(string socket, TimeSpan limit)
{
    private const byte Failure = 5;
    private const byte RequestIdentities = 11;
    private const byte IdentitiesAnswer = 12;
    private const byte SignRequest = 13;
    private const byte SignResponse = 14;
    private const int Most = 256 * 1024;

    /// <exception cref="IOException">It is not there, or says what it should not.</exception>
    public IReadOnlyList<AgentKey> Keys()
    {
        var answer = Ask([RequestIdentities], IdentitiesAnswer);
        var rest = (ReadOnlySpan<byte>)answer;
        var count = Number(ref rest);
        var keys = new List<AgentKey>();
        for (var i = 0; i < count; i++)
        {
            var blob = Text(ref rest).ToArray();
            keys.Add(new AgentKey(blob, Encoding.UTF8.GetString(Text(ref rest))));
        }

        return keys;
    }

    /// <param name="flags">For RSA keys: 2 for SHA-256, 4 for SHA-512.</param>
    /// <returns>The signature with the name of its algorithm, as RFC 4253, 6.6 has it.</returns>
    public byte[] Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, uint flags)
    {
        var number = new byte[4];
        using var question = new MemoryStream();
        question.WriteByte(SignRequest);
        foreach (var part in new[] { key.ToArray(), data.ToArray() })
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, (uint)part.Length);
            question.Write(number);
            question.Write(part);
        }

        BinaryPrimitives.WriteUInt32BigEndian(number, flags);
        question.Write(number);
        var rest = (ReadOnlySpan<byte>)Ask(question.ToArray(), SignResponse);
        return Text(ref rest).ToArray();
    }

    private byte[] Ask(byte[] question, byte expected)
    {
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)limit.TotalMilliseconds, SendTimeout = (int)limit.TotalMilliseconds };
        try
        {
            connection.Connect(new UnixDomainSocketEndPoint(socket));
            using var stream = new NetworkStream(connection);
            var head = new byte[5];
            BinaryPrimitives.WriteUInt32BigEndian(head, (uint)question.Length);
            stream.Write(head.AsSpan(0, 4));
            stream.Write(question);
            stream.ReadExactly(head);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (length is 0 or > Most)
                throw new IOException($"the agent's answer claims {length} bytes");
            var answer = new byte[length - 1];
            stream.ReadExactly(answer);
            return head[4] == expected ? answer : throw new IOException(head[4] == Failure ? "the agent refuses" : $"the agent answers with {head[4]}");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static uint Number(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4)
            throw new IOException("the agent's answer is cut off");
        var number = BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[4..];
        return number;
    }

    private static ReadOnlySpan<byte> Text(ref ReadOnlySpan<byte> rest)
    {
        var length = Number(ref rest);
        if (length > rest.Length)
            throw new IOException("the agent's answer is cut off");
        var text = rest[..(int)length];
        rest = rest[(int)length..];
        return text;
    }
}

/// <param name="Blob">The public key, or a certificate.</param>
internal sealed record AgentKey(byte[] Blob, string Comment)
{
    /// <summary>Like <c>ssh-ed25519</c>; of a certificate <c>ssh-ed25519-cert-v01@openssh.com</c>.</summary>
    public string Type => Blob.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(Blob) is var length && length <= Blob.Length - 4 ? Encoding.ASCII.GetString(Blob, 4, (int)length) : "";

    public bool IsCertificate => Type.EndsWith(AgentIdentity.CertificateSuffix, StringComparison.Ordinal);

    /// <summary>As <c>ssh-add -l</c> shows it: a certificate has that of the key that it certifies.</summary>
    public string Fingerprint => PinnedKey.FingerprintOf(IsCertificate ? CertifiedKey() : Blob);

    /// <summary>A certificate is type, nonce, the fields of its key, serial number, and more; the key is its own type and those fields.</summary>
    private byte[] CertifiedKey()
    {
        var plain = Encoding.ASCII.GetBytes(Type[..^AgentIdentity.CertificateSuffix.Length]);
        var fields = plain.AsSpan().SequenceEqual("ssh-ed25519"u8) ? 1 : 2;
        var start = Behind(Behind(0));
        var end = start;
        for (var i = 0; i < fields; i++)
            end = Behind(end);
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)plain.Length);
        return [.. length, .. plain, .. Blob[start..end]];
    }

    private int Behind(int field) => field + 4 + (int)BinaryPrimitives.ReadUInt32BigEndian(Blob.AsSpan(field));
}
