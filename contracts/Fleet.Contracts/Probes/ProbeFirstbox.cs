using System.Text.Json.Serialization;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Contracts.Probes;

/// <summary>Server → pool, request and response: look at a firstbox without changing anything there.</summary>
public sealed record ProbeFirstbox
{
    public required int Contract { get; init; }
    public required string Zone { get; init; }
    public required ProbeDepth Depth { get; init; }
    public required FirstboxConnection Connection { get; init; }
}

[JsonConverter(typeof(KebabCaseEnumConverter<ProbeDepth>))]
public enum ProbeDepth
{
    /// <summary>Offered host keys only (`fleet zones trust`); pins are not asked for.</summary>
    HostKeys,

    /// <summary>Route, bastion, algorithm, host key, login, root (`fleet zones test`).</summary>
    Login,

    /// <summary>Also versions, markers, leftovers and who works there (`fleet zones return`).</summary>
    Standing,
}

/// <summary>Pool → server.</summary>
public sealed record FirstboxProbed
{
    public required string Zone { get; init; }
    public required string WorkerId { get; init; }

    /// <summary>In order; the first that is not well ends the list.</summary>
    public required IReadOnlyList<ProbeStage> Stages { get; init; }
    public required IReadOnlyList<OfferedHostKey> HostKeys { get; init; }
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>What is well and should be known: old algorithms in use, certificates that end soon.</summary>
    public IReadOnlyList<Finding> Remarks { get; init; } = [];
}

/// <param name="Name"><c>route</c>, <c>bastion</c>, <c>algorithm</c>, <c>host-key</c>, <c>login</c>, <c>root</c>, <c>standing</c>.</param>
/// <param name="Problem">Null when well.</param>
public sealed record ProbeStage(string Name, Finding? Problem);

/// <param name="Host">host:port as connected to.</param>
/// <param name="Algorithm">Like <c>ssh-ed25519</c>.</param>
/// <param name="Fingerprint"><c>SHA256:…</c></param>
/// <param name="Pinned">Null: no pin is known for it.</param>
public sealed record OfferedHostKey(string Host, string Algorithm, string Fingerprint, bool? Pinned);
