using System.Collections.Concurrent;
using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Signatures;

namespace Fleet.Worker.Phases;

/// <summary>Runbooks as fetched by digest, kept once read: a rollout over many zones has one. Whether they are trusted is asked each time: signers come and go.</summary>
internal sealed class RunbookShelf(IArtifactSource source, RunbookTrust trust) : IRunbooks
{
    private const int Most = 32;

    private readonly ConcurrentDictionary<string, (Runbook Runbook, byte[] Content)> _read = new(StringComparer.Ordinal);

    public async Task<Runbook> GetAsync(RunbookRef runbook, CancellationToken cancellationToken)
    {
        var (read, content) = await ReadAsync(runbook, cancellationToken);
        await trust.RequireAsync(runbook, content, cancellationToken);
        return read;
    }

    private async Task<(Runbook Runbook, byte[] Content)> ReadAsync(RunbookRef runbook, CancellationToken cancellationToken)
    {
        if (_read.TryGetValue(runbook.Digest, out var known))
            return known;
        var text = await TextAsync(runbook, cancellationToken);
        var loaded = RunbookLoader.Load(text, stored: true);
        if (loaded.Runbook is not { } read)
            throw new PhaseHoldException(Finding.Of("runbook-unreadable", ("runbook", runbook.Name), ("count", $"{loaded.Problems.Count}")));
        if (read.Digest != runbook.Digest)
            throw new PhaseHoldException(Finding.Of("runbook-other-digest", ("runbook", runbook.Name), ("wanted", runbook.Digest), ("got", read.Digest)));
        if (_read.Count >= Most)
            _read.Clear();
        return _read[runbook.Digest] = (read, Encoding.UTF8.GetBytes(text));
    }

    private async Task<string> TextAsync(RunbookRef runbook, CancellationToken cancellationToken)
    {
        try
        {
            return await source.GetRunbookAsync(runbook.Digest, cancellationToken);
        }
        catch (ArtifactException e)
        {
            throw new PhaseHoldException(e.Reason);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PhaseHoldException(Finding.Of("runbook-unavailable", ("runbook", runbook.Name), ("error", e.Message)));
        }
    }
}
