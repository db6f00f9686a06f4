namespace Fleet.Contracts.Phases;

/// <summary>How to reach a firstbox. Secrets are references (<c>file:…</c>, <c>exec:…</c>), resolved where the worker runs; never the secret itself.</summary>
public sealed record FirstboxConnection
{
    public required SshHop Firstbox { get; init; }

    /// <summary>Jump hosts, the first is the one that the worker connects to.</summary>
    public IReadOnlyList<SshHop> Via { get; init; } = [];

    /// <summary>Null, or <c>sudo</c>: the user is not root and the runner is started through sudo.</summary>
    public string? Become { get; init; }

    /// <summary>A reference to the password that sudo asks for; null: sudo asks for none.</summary>
    public string? BecomePassword { get; init; }

    /// <summary>Old algorithms that this zone may use beside today's (<c>ssh-rsa</c>, <c>diffie-hellman-group14-sha1</c>, …).</summary>
    public IReadOnlyList<string> LegacyAlgorithms { get; init; } = [];
}

/// <summary>One SSH server on the way. Exactly one of <see cref="HostKey"/> and <see cref="KnownHosts"/> pins it; with neither it is refused.</summary>
public sealed record SshHop
{
    public required string Host { get; init; }
    public int Port { get; init; } = 22;
    public required string User { get; init; }

    /// <summary><c>file:PATH</c> of a private key.</summary>
    public string? Identity { get; init; }

    /// <summary><c>file:PATH</c> or <c>exec:COMMAND</c> that gives the key's passphrase.</summary>
    public string? Passphrase { get; init; }

    /// <summary><c>file:PATH</c>, <c>exec:COMMAND</c> or <c>ask</c>; also answers keyboard-interactive.</summary>
    public string? Password { get; init; }

    /// <summary><c>SHA256:…</c></summary>
    public string? HostKey { get; init; }

    /// <summary><c>file:PATH</c> in OpenSSH's known_hosts format.</summary>
    public string? KnownHosts { get; init; }
}
