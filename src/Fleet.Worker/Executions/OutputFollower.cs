namespace Fleet.Worker.Executions;

/// <summary>Where a reader stands in an execution's output. Hands each byte on once, in order; the offset moves only after the handler took the bytes.</summary>
internal sealed class OutputFollower(long offset, OutputHandler onOutput)
{
    private bool _blocked;

    public long Offset { get; private set; } = offset;

    /// <summary>False when the frame does not follow on what was handed on before: the stream is not to be trusted.</summary>
    public async ValueTask<bool> TakeAsync(RunnerFrame frame, CancellationToken cancellationToken)
    {
        switch (frame)
        {
            case RunnerFrame.Output output:
                if (output.Offset - output.Cut != Offset)
                    return false;
                _blocked = false;
                await onOutput(output.Offset, output.Bytes, output.Cut, blockedOnRead: false, cancellationToken);
                Offset = output.Offset + output.Bytes.Length;
                return true;
            case RunnerFrame.Beat beat:
                if (beat.Blocked != _blocked)
                {
                    _blocked = beat.Blocked;
                    await onOutput(Offset, ReadOnlyMemory<byte>.Empty, 0, beat.Blocked, cancellationToken);
                }

                return true;
            default:
                return true;
        }
    }
}
