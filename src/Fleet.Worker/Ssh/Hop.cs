using Fleet.Contracts.Phases;

namespace Fleet.Worker.Ssh;

/// <summary>One SSH server on the way to a firstbox, and where it is dialled: itself, or the near end of a jump through the hop before.</summary>
internal sealed record Hop
{
    public required string Zone { get; init; }
    public required SshHop Server { get; init; }

    /// <summary>False: it is the firstbox.</summary>
    public required bool IsBastion { get; init; }

    public JumpPort? Through { get; init; }

    /// <summary>What people call it.</summary>
    public string Name => $"{Server.Host}:{Server.Port}";

    /// <summary>Where to dial now.</summary>
    public (string Host, int Port) Dial() => Through is { } jump ? ("127.0.0.1", jump.Expect()) : (Server.Host, Server.Port);
}
