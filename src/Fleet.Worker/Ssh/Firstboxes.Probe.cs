using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;
using Fleet.Worker.Probing;

namespace Fleet.Worker.Ssh;

internal sealed partial class Firstboxes
{
    public async Task<FirstboxProbed> ProbeAsync(ProbeFirstbox probe, CancellationToken cancellationToken)
    {
        var seen = new Seen();
        Finding? problem = null;
        await gate.WaitAsync(cancellationToken);
        try
        {
            await using var link = Link(probe.Zone, probe.Connection);
            await LookAsync(link, probe, seen, cancellationToken);
        }
        catch (SshLinkException e)
        {
            problem = e.Reason;
        }
        finally
        {
            gate.Release();
        }

        return new FirstboxProbed
        {
            Zone = probe.Zone,
            WorkerId = "",
            Stages = ProbeStages.Of(probe.Depth, probe.Connection.Via.Count > 0, seen.Bastion, problem),
            HostKeys = seen.Keys,
            Facts = seen.Facts,
            Remarks = seen.Remarks,
        };
    }

    private async Task LookAsync(FirstboxLink link, ProbeFirstbox probe, Seen seen, CancellationToken cancellationToken)
    {
        var (zone, connection) = (probe.Zone, probe.Connection);
        for (var i = 0; i < connection.Via.Count; i++)
        {
            // A bastion is logged in to, so its own pin is always asked for.
            seen.Bastion = i;
            await AddHopAsync(link, zone, connection, i, await HopCredentials.ResolveAsync(secrets, zone, connection.Via[i], time.GetUtcNow(), cancellationToken), cancellationToken);
        }

        seen.Bastion = null;
        var firstbox = HopAt(link, zone, connection, connection.Via.Count);
        var offered = await connector.ReadKeysAsync(firstbox, connection.LegacyAlgorithms, cancellationToken);
        var pin = await PinAsync(zone, connection.Firstbox, probe.Depth, cancellationToken);
        seen.Keys = [.. offered.Select(k => new OfferedHostKey(firstbox.Name, k.Type, k.Fingerprint, Pinned(pin.Judge(k.Fingerprint))))];
        if (probe.Depth == ProbeDepth.HostKeys)
            return;

        var credentials = await HopCredentials.ResolveAsync(secrets, zone, connection.Firstbox, time.GetUtcNow(), cancellationToken);
        var connected = await connector.ConnectAsync(firstbox, credentials, connection.LegacyAlgorithms, cancellationToken);
        link.Add(connected.Client);
        seen.Remarks = LoginRemarks.Of(connected, credentials, connection, time.GetUtcNow());
        await using var shell = Shell(link, await ElevationOfAsync(zone, connection, cancellationToken));
        await RootCheck.RequireAsync(shell, zone, connection, options.Value.ConnectTimeout, cancellationToken);
        if (probe.Depth == ProbeDepth.Standing)
            seen.Facts = await StandingAsync(shell, zone, firstbox, cancellationToken);
    }

    private async Task<HostKeyPin> PinAsync(string zone, SshHop hop, ProbeDepth depth, CancellationToken cancellationToken)
    {
        try
        {
            return (await HopPins.ReadAsync(secrets, zone, hop, cancellationToken)).Pin(hop);
        }
        catch (SshLinkException) when (depth == ProbeDepth.HostKeys)
        {
            // First contact: the file that will pin it may not be there yet.
            return HopPins.None.Pin(hop);
        }
    }

    private static async Task<IReadOnlyDictionary<string, string>> StandingAsync(RemoteShell shell, string zone, Hop firstbox, CancellationToken cancellationToken)
    {
        var read = await shell.RunAsync(ZoneStanding.Script, cancellationToken, maxOutputBytes: 1024 * 1024);
        return ZoneStanding.Parse(read.Text)
            ?? throw new SshLinkException(Finding.Of("probe-standing-failed", ("host", firstbox.Name), ("zone", zone)).WithLines(read.ErrorText.Split('\n')), transient: false);
    }

    private static bool? Pinned(HostKeyVerdict verdict) => verdict switch
    {
        HostKeyVerdict.Trusted => true,
        // Whether an authority has certified it is seen when it is connected to.
        HostKeyVerdict.Unknown or HostKeyVerdict.NotCertified => null,
        _ => false,
    };

    private sealed class Seen
    {
        /// <summary>The bastion that is being connected to; null: the firstbox.</summary>
        public int? Bastion { get; set; }

        public IReadOnlyList<OfferedHostKey> Keys { get; set; } = [];

        public IReadOnlyList<Finding> Remarks { get; set; } = [];

        public IReadOnlyDictionary<string, string> Facts { get; set; } = new Dictionary<string, string>();
    }
}
