using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;

namespace Fleet.Worker.Ssh;

/// <summary>Opens connections to firstboxes, through jump hosts, pins checked on every hop; limits how many connect at once and retries with backoff only on connecting.</summary>
internal interface IFirstboxes
{
    /// <exception cref="SshLinkException">With the reason, after the configured tries.</exception>
    Task<IRemoteShell> ConnectAsync(string zone, FirstboxConnection connection, CancellationToken cancellationToken);

    /// <summary>Stages route, bastion, algorithm, host-key, login, root; for host keys only, no login is tried on the firstbox.</summary>
    Task<FirstboxProbed> ProbeAsync(ProbeFirstbox probe, CancellationToken cancellationToken);
}
