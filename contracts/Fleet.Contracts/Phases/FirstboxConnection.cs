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

/// <summary>One SSH server on the way. <see cref="HostKey"/>, <see cref="KnownHosts"/> or <see cref="HostCa"/> pins it; with none of them it is refused.</summary>
public sealed record SshHop
{
    public required string Host { get; init; }
    public int Port { get; init; } = 22;
    public required string User { get; init; }

    /// <summary><c>file:PATH</c> or <c>exec:COMMAND</c> that gives a private key, or <c>agent:[SOCKET][#SHA256:…]</c>: an agent's, which never leaves it.</summary>
    public string? Identity { get; init; }

    /// <summary><c>file:PATH</c> or <c>exec:COMMAND</c> that gives the key's certificate; null: the file beside the key, where there is one.</summary>
    public string? Certificate { get; init; }

    /// <summary><c>file:PATH</c> or <c>exec:COMMAND</c> that gives the key's passphrase.</summary>
    public string? Passphrase { get; init; }

    /// <summary><c>file:PATH</c>, <c>exec:COMMAND</c> or <c>ask</c>; also answers keyboard-interactive.</summary>
    public string? Password { get; init; }

    /// <summary><c>SHA256:…</c></summary>
    public string? HostKey { get; init; }

    /// <summary><c>file:PATH</c> in OpenSSH's known_hosts format; lines of authorities and of what is revoked count.</summary>
    public string? KnownHosts { get; init; }

    /// <summary>Who certifies its host key: <c>SHA256:…</c> of the authority's key, or <c>file:PATH</c> of public keys.</summary>
    public string? HostCa { get; init; }
}
