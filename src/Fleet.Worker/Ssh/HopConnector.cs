using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Security;

namespace Fleet.Worker.Ssh;

/// <summary>Connects to one hop: key exchange, host key against its pin, login. There is no way through here without a pin.</summary>
internal sealed class HopConnector(IOptions<SshOptions> options, TimeProvider? time = null)
{
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Which type of key a pinned fingerprint turned out to be, so that it is asked for first the next time.</summary>
    private readonly ConcurrentDictionary<string, string> typeOfPin = new(StringComparer.Ordinal);

    public async Task<ConnectedHop> ConnectAsync(Hop hop, HopCredentials credentials, IReadOnlyCollection<string> legacy, CancellationToken cancellationToken)
    {
        var pin = credentials.Pins.Pin(hop.Server);
        var types = pin.Types.Count > 0 ? pin.Types : [.. pin.Fingerprints.Select(f => typeOfPin.GetValueOrDefault(f)).OfType<string>()];
        try
        {
            return await TryAsync(hop, credentials, legacy, pin, types, cancellationToken);
        }
        catch (HostKeyRefusedException refused) when (refused.Certificate is { } certificate && refused.Verdict is not HostKeyVerdict.Changed)
        {
            throw HopFailure.Certificate(hop, refused.Verdict, refused.Key, certificate, pin);
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
            var client = Prepare(hop, [new NoneAuthenticationMethod(hop.Server.User)], ours, [type], onlyThese: true, progress, pin: null);
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

    private async Task<ConnectedHop> TryAsync(
        Hop hop, HopCredentials credentials, IReadOnlyCollection<string> legacy, HostKeyPin pin, IReadOnlyList<string> types, CancellationToken cancellationToken)
    {
        var progress = new HopProgress();
        var methods = credentials.Methods(hop.Server.User, legacy, progress.Questions.Add);
        progress.Methods = [.. methods.Select(m => m.Name)];
        var offer = SshAlgorithms.Offer(legacy, pin.Authorities.Count > 0);
        var client = Prepare(hop, methods, offer, types, onlyThese: false, progress, pin);
        try
        {
            await OpenAsync(client, cancellationToken);
            // From here on the library's limit is for a stalled channel, not for connecting.
            client.ConnectionInfo.Timeout = options.Value.LinkTimeout;
            return new ConnectedHop(client, progress.Certificate);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The library looks at a certificate's time and signature before anybody is asked.
            if (progress is { Verdict: null, Certificate: { } early, CertifiedKey: { } of } && pin.Judge(of.Fingerprint, early, time.GetUtcNow()) is var refusal and (HostKeyVerdict.CertificateExpired or HostKeyVerdict.CertificateNotYetValid))
                throw new HostKeyRefusedException(of, refusal, early);
            if (progress is { Key: { } key, Verdict: { } verdict and not HostKeyVerdict.Trusted })
                throw new HostKeyRefusedException(key, verdict, progress.Certificate);
            if (e is SshConnectionException && e.Message.StartsWith("No matching", StringComparison.Ordinal))
                throw HopFailure.Algorithms(hop, offer.GapsTo(await ReadOfferAsync(hop, cancellationToken)), e);
            throw HopFailure.Of(e, hop, progress, options.Value.ConnectTimeout);
        }
    }

    private SshClient Prepare(
        Hop hop, IReadOnlyList<AuthenticationMethod> methods, OfferedAlgorithms offer, IReadOnlyList<string> types, bool onlyThese, HopProgress progress, HostKeyPin? pin)
    {
        var (host, port) = hop.Dial();
        var connection = new ConnectionInfo(host, port, hop.Server.User, [.. methods]) { Timeout = options.Value.ConnectTimeout, RetryAttempts = 2 };
        SshAlgorithms.Apply(connection, offer, types, onlyThese);
        ReadCertificates(connection, progress);
        var client = new SshClient(connection);
        client.ServerIdentificationReceived += (_, _) => progress.Identified = true;
        client.HostKeyReceived += (_, shown) =>
        {
            var key = new OfferedKey(SshAlgorithms.TypeOf(shown.HostKeyName), PinnedKey.FingerprintOf(shown.HostKey));
            progress.Key = key;
            progress.Verdict = pin is null ? HostKeyVerdict.Unknown : progress.Certificate is { } certificate ? pin.Judge(key.Fingerprint, certificate, time.GetUtcNow()) : pin.Judge(key.Fingerprint);
            shown.CanTrust = progress.Verdict == HostKeyVerdict.Trusted;
        };
        return client;
    }

    /// <summary>Keeps what a certificate says before the library has judged it: a refusal says why.</summary>
    private static void ReadCertificates(ConnectionInfo connection, HopProgress progress)
    {
        foreach (var name in SshAlgorithms.Certificates.Where(connection.HostKeyAlgorithms.ContainsKey))
        {
            var make = connection.HostKeyAlgorithms[name];
            connection.HostKeyAlgorithms[name] = data =>
            {
                var algorithm = make(data);
                if (algorithm is CertificateHostAlgorithm { Certificate: { } certificate })
                {
                    progress.Certificate = SshCertificate.Of(certificate);
                    progress.CertifiedKey = new OfferedKey(SshAlgorithms.TypeOf(name), PinnedKey.FingerprintOf(new HostKeyEventArgs(algorithm).HostKey));
                }

                return algorithm;
            };
        }
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

    private sealed class HostKeyRefusedException(OfferedKey key, HostKeyVerdict verdict, SshCertificate? certificate) : Exception
    {
        public SshCertificate? Certificate { get; } = certificate;

        public OfferedKey Key { get; } = key;

        public HostKeyVerdict Verdict { get; } = verdict;
    }
}

/// <param name="Certificate">The one that the server showed; null: it showed a bare key.</param>
internal sealed record ConnectedHop(SshClient Client, SshCertificate? Certificate);
