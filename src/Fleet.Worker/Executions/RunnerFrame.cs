namespace Fleet.Worker.Executions;

/// <summary>One thing that the runner said.</summary>
internal abstract record RunnerFrame
{
    private RunnerFrame()
    {
    }

    /// <summary>Output of the command, checked against its digest. The bytes are the reader's: they are gone with the next frame.</summary>
    public sealed record Output(long Offset, long Cut, ReadOnlyMemory<byte> Bytes) : RunnerFrame;

    /// <summary>Nothing new was printed; somebody is there.</summary>
    public sealed record Beat(long Printed, bool Blocked) : RunnerFrame;

    /// <summary>A line of the kind <c>word key=value …</c>.</summary>
    public sealed record Line(RunnerLine Content) : RunnerFrame;
}
