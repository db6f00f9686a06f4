using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Fleet.Worker.Ssh;

/// <summary>Connects to one hop: key exchange, host key against its pin, login. There is no way through here without a pin.</summary>
internal sealed class HopConnector(IOptions<SshOptions> options)
{
    /// <summary>Which type of key a pinned fingerprint turned out to be, so that it is asked for first the next time.</summary>
    private readonly ConcurrentDictionary<string, string> typeOfPin = new(StringComparer.Ordinal);

    public async Task<SshClient> ConnectAsync(Hop hop, HopCredentials credentials, IReadOnlyCollection<string> legacy, CancellationToken cancellationToken)
    {
        var pin = HostKeyPin.Of(hop.Server, credentials.KnownHosts);
        var types = pin.Types.Count > 0 ? pin.Types : [.. pin.Fingerprints.Select(f => typeOfPin.GetValueOrDefault(f)).OfType<string>()];
        try
        {
            return await TryAsync(hop, credentials, legacy, pin, types, cancellationToken);
        }
        catch (HostKeyRefusedException refused)
        {
            // A fingerprint does not say of which type its key is, and a server has several keys: look at all before calling it changed.
            var offered = await ReadKeysAsync(hop, legacy, cancellationToken);
            if (offered.FirstOrDefault(k => refused.Verdict != HostKeyVerdict.Revoked && pin.Judge(k.Fingerprint) == HostKeyVerdict.Trusted) is not { } good)
                throw HopFailure.Key(hop, refused.Verdict, pin, [refused.Key, .. offered.Where(k => k != refused.Key)]);
            typeOfPin[good.Fingerprint] = good.Type;
            return await TryAsync(hop, credentials, legacy, pin, [good.Type], cancellationToken);
        }
    }

    /// <summary>The keys that the server shows, one of each type. No login is tried and no pin asked for.</summary>
    public async Task<IReadOnlyList<OfferedKey>> ReadKeysAsync(Hop hop, IReadOnlyCollection<string> legacy, CancellationToken cancellationToken)
    {
        var ours = SshAlgorithms.Offer(legacy);
        var theirs = await ReadOfferAsync(hop, cancellationToken);
        var common = ours.HostKeys.Where(theirs.HostKeys.Contains).Select(SshAlgorithms.TypeOf).Distinct().ToList();
        if (ours.GapsTo(theirs) is { Count: > 0 } gaps)
            throw HopFailure.Algorithms(hop, gaps, new SshConnectionException($"{hop.Name} and Fleet have no algorithm in common."));
        var keys = new List<OfferedKey>();
        foreach (var type in common)
        {
            var progress = new HopProgress();
            var client = Prepare(hop, [new NoneAuthenticationMethod(hop.Server.User)], ours, [type], onlyThese: true, progress, _ => HostKeyVerdict.Unknown);
            try
            {
                await OpenAsync(client, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                keys.Add(progress.Key ?? throw HopFailure.Of(e, hop, progress, options.Value.ConnectTimeout));
            }
        }

        return keys;
    }

    private async Task<SshClient> TryAsync(
        Hop hop, HopCredentials credentials, IReadOnlyCollection<string> legacy, HostKeyPin pin, IReadOnlyList<string> types, CancellationToken cancellationToken)
    {
        var progress = new HopProgress();
        var methods = credentials.Methods(hop.Server.User, legacy, progress.Questions.Add);
        progress.Methods = [.. methods.Select(m => m.Name)];
        var client = Prepare(hop, methods, SshAlgorithms.Offer(legacy), types, onlyThese: false, progress, pin.Judge);
        try
        {
            await OpenAsync(client, cancellationToken);
            // From here on the library's limit is for a stalled channel, not for connecting.
            client.ConnectionInfo.Timeout = options.Value.LinkTimeout;
            return client;
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (progress is { Key: { } key, Verdict: { } verdict and not HostKeyVerdict.Trusted })
                throw new HostKeyRefusedException(key, verdict);
            if (e is SshConnectionException && e.Message.StartsWith("No matching", StringComparison.Ordinal))
                throw HopFailure.Algorithms(hop, SshAlgorithms.Offer(legacy).GapsTo(await ReadOfferAsync(hop, cancellationToken)), e);
            throw HopFailure.Of(e, hop, progress, options.Value.ConnectTimeout);
        }
    }

    private SshClient Prepare(
        Hop hop, IReadOnlyList<AuthenticationMethod> methods, OfferedAlgorithms offer, IReadOnlyList<string> types, bool onlyThese, HopProgress progress, Func<string, HostKeyVerdict> judge)
    {
        var (host, port) = hop.Dial();
        var connection = new ConnectionInfo(host, port, hop.Server.User, [.. methods]) { Timeout = options.Value.ConnectTimeout, RetryAttempts = 2 };
        SshAlgorithms.Apply(connection, offer, types, onlyThese);
        var client = new SshClient(connection);
        client.ServerIdentificationReceived += (_, _) => progress.Identified = true;
        client.HostKeyReceived += (_, shown) =>
        {
            var key = new OfferedKey(SshAlgorithms.TypeOf(shown.HostKeyName), PinnedKey.FingerprintOf(shown.HostKey));
            progress.Key = key;
            progress.Verdict = judge(key.Fingerprint);
            shown.CanTrust = progress.Verdict == HostKeyVerdict.Trusted;
        };
        return client;
    }

    /// <summary>The library waits without looking at the token once the socket is open: it gets a thread, and is left behind at the limit. What does not connect is disposed of.</summary>
    private async Task OpenAsync(SshClient client, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.ConnectTimeout);
        var connecting = Task.Run(() => client.ConnectAsync(limit.Token), CancellationToken.None);
        try
        {
            await connecting.WaitAsync(limit.Token);
        }
        catch
        {
            // Not before it ended: a session that is made after the client was disposed of would stay.
            _ = connecting.ContinueWith(static (t, c) => { _ = t.Exception; ((SshClient)c!).Dispose(); }, client, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }

    private async Task<OfferedAlgorithms> ReadOfferAsync(Hop hop, CancellationToken cancellationToken)
    {
        var (host, port) = hop.Dial();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.ConnectTimeout);
        try
        {
            return await ServerOffer.ReadAsync(host, port, limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // To an open socket that says nothing of SSH, the library's own exception for a close says the same.
            throw HopFailure.Of(e is IOException ? new SshConnectionException(e.Message) : e, hop, new HopProgress(), options.Value.ConnectTimeout);
        }
    }

    private sealed class HostKeyRefusedException(OfferedKey key, HostKeyVerdict verdict) : Exception
    {
        public OfferedKey Key { get; } = key;

        public HostKeyVerdict Verdict { get; } = verdict;
    }
}
