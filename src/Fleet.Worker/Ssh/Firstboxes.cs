using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Contracts.Probes;
using Fleet.Worker.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Ssh;

/// <inheritdoc cref="IFirstboxes"/>
internal sealed partial class Firstboxes(HopConnector connector, SecretReader secrets, IOptions<SshOptions> options, TimeProvider time, ILogger<Firstboxes> log) : IFirstboxes, IDisposable
{
    private readonly SemaphoreSlim gate = new(options.Value.MaxConnecting);

    public async Task<IRemoteShell> ConnectAsync(string zone, FirstboxConnection connection, CancellationToken cancellationToken)
    {
        // Before the gate: a person who is asked takes their time.
        var credentials = await ResolveAsync(zone, connection, cancellationToken);
        for (var tried = 1; ; tried++)
        {
            var began = time.GetTimestamp();
            try
            {
                var shell = await TryAsync(zone, connection, credentials, cancellationToken);
                WorkerMetrics.Connected(time.GetElapsedTime(began), null);
                return shell;
            }
            catch (SshLinkException e) when (Told(began, e))
            {
                throw;
            }
            catch (SshLinkException e) when (e.Transient && tried < options.Value.ConnectTries)
            {
                var wait = Backoff.Delay(tried, options.Value.RetryDelay, options.Value.RetryDelayLimit, Random.Shared.NextDouble());
                ConnectFailed(zone, tried, options.Value.ConnectTries, e.Message, wait);
                await Task.Delay(wait, time, cancellationToken);
            }
            catch (SshLinkException e) when (e.Reason.Code is "ssh-login-refused" or "ssh-bastion-login-refused" or "ssh-sudo-refused")
            {
                await secrets.ForgetAskedAsync(cancellationToken);
                throw;
            }
        }
    }

    public void Dispose() => gate.Dispose();

    /// <summary>Measures a try that failed on its way to whoever handles it.</summary>
    private bool Told(long began, SshLinkException failed)
    {
        WorkerMetrics.Connected(time.GetElapsedTime(began), failed.Reason.Code);
        return false;
    }

    private async Task<IRemoteShell> TryAsync(string zone, FirstboxConnection connection, Credentials credentials, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        FirstboxLink? link = null;
        try
        {
            link = Link(zone, connection);
            for (var i = 0; i < credentials.Hops.Count; i++)
                await AddHopAsync(link, zone, connection, i, credentials.Hops[i], cancellationToken);
            var shell = Shell(link, credentials.Elevation);
            if (connection.Become is not null || connection.Firstbox.User != "root")
                await RootCheck.RequireAsync(shell, zone, connection, options.Value.ConnectTimeout, cancellationToken);
            return shell;
        }
        catch
        {
            if (link is not null)
                await link.DisposeAsync();
            throw;
        }
        finally
        {
            gate.Release();
        }
    }

    private RemoteShell Shell(FirstboxLink link, Elevation elevation) => new(link, elevation, Pulse.WatchAsync(link, options.Value.KeepAlive, options.Value.LinkTimeout, time));

    private FirstboxLink Link(string zone, FirstboxConnection connection) => new(zone, $"{connection.Firstbox.Host}:{connection.Firstbox.Port}", time);

    private async Task AddHopAsync(FirstboxLink link, string zone, FirstboxConnection connection, int index, HopCredentials credentials, CancellationToken cancellationToken) =>
        link.Add((await connector.ConnectAsync(HopAt(link, zone, connection, index), credentials, connection.LegacyAlgorithms, cancellationToken)).Client);

    /// <summary>Hop 0 is dialled from here, each further one through the hop before, which is the link's newest.</summary>
    private static Hop HopAt(FirstboxLink link, string zone, FirstboxConnection connection, int index)
    {
        var server = index < connection.Via.Count ? connection.Via[index] : connection.Firstbox;
        var before = index > 0 ? connection.Via[index - 1] : null;
        return new Hop
        {
            Zone = zone,
            Server = server,
            IsBastion = index < connection.Via.Count,
            Through = before is null ? null : link.Jump($"{before.Host}:{before.Port}", server.Host, server.Port),
        };
    }

    private async Task<Credentials> ResolveAsync(string zone, FirstboxConnection connection, CancellationToken cancellationToken)
    {
        var hops = new List<HopCredentials>();
        foreach (var hop in connection.Via.Append(connection.Firstbox))
            hops.Add(await HopCredentials.ResolveAsync(secrets, zone, hop, time.GetUtcNow(), cancellationToken));
        return new Credentials(hops, await ElevationOfAsync(zone, connection, cancellationToken));
    }

    private async Task<Elevation> ElevationOfAsync(string zone, FirstboxConnection connection, CancellationToken cancellationToken) => connection.Become switch
    {
        null => Elevation.None,
        "sudo" => Elevation.Sudo(connection.BecomePassword is { } reference
            ? await secrets.ReadAsync(reference, zone, $"the sudo password of {connection.Firstbox.User}@{connection.Firstbox.Host}", cancellationToken)
            : null),
        var other => throw new SshLinkException(Finding.Of("ssh-become-unknown", ("become", other), ("zone", zone)), transient: false),
    };

    private sealed record Credentials(IReadOnlyList<HopCredentials> Hops, Elevation Elevation);
}
