namespace Fleet.Server.Packages;

/// <summary>What an archive unpacks to, up to a limit: a bomb is given up while it is read, and nothing of it is kept.</summary>
internal sealed class BoundedArchiveStream(Stream plain, long most) : Stream
{
    /// <summary>Whatever is packed: real packages hold packed files, and unpack to a few times their size.</summary>
    private const long Least = 1L << 30;
    private const int MostTimes = 50;

    /// <summary>A reader of tar asks for a name or an extended header as one piece, as long as the archive says; no real one is near this.</summary>
    private const int LongestHeader = 1 << 20;

    private long read;

    /// <param name="packed">Bytes.</param>
    public static long MostOf(long packed) => Math.Max(Least, packed * MostTimes);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => read;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        RefuseLong(buffer.Length);
        return Count(plain.Read(buffer));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        RefuseLong(buffer.Length);
        return Count(await plain.ReadAsync(buffer, cancellationToken));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync() => await plain.DisposeAsync();

    private static void RefuseLong(int asked)
    {
        if (asked > LongestHeader)
            throw new InvalidDataException($"a header of {asked} bytes");
    }

    private int Count(int more)
    {
        read += more;
        return read <= most ? more : throw new ArchiveTooLargeException(most);
    }
}

/// <param name="limit">Bytes.</param>
internal sealed class ArchiveTooLargeException(long limit) : IOException
{
    public long Limit { get; } = limit;
}
