using Fleet.Contracts.Phases;

namespace Fleet.Worker.Ssh;

/// <summary>The texts of the files that pin a hop; null: it names none.</summary>
/// <param name="Authorities">Public keys of authorities.</param>
internal sealed record HopPins(string? KnownHosts, string? Authorities)
{
    public static readonly HopPins None = new(null, null);

    public static async Task<HopPins> ReadAsync(SecretReader secrets, string zone, SshHop hop, CancellationToken cancellationToken)
    {
        var who = $"{hop.User}@{hop.Host}:{hop.Port}";
        var knownHosts = hop.HostKey is null && hop.KnownHosts is { } file ? await secrets.ReadPublicAsync(file, zone, $"the known hosts of {who}", cancellationToken) : null;
        var authorities = hop.HostCa?.StartsWith("file:", StringComparison.Ordinal) == true ? await secrets.ReadPublicAsync(hop.HostCa, zone, $"the authorities of {who}", cancellationToken) : null;
        return new HopPins(knownHosts, authorities);
    }

    public HostKeyPin Pin(SshHop hop) => HostKeyPin.Of(hop, KnownHosts, Authorities);
}
