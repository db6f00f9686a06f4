using Fleet.Contracts.Transcripts;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Transcripts;

internal sealed class TranscriptsService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, OrchestrationOptions options, TimeProvider time) : ITranscripts
{
    private const int Tries = 20;

    public async Task AppendAsync(TranscriptFrame frame, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            try
            {
                await AppendAsync(db, frame, cancellationToken);
                return;
            }
            catch (DbUpdateException) when (attempt < Tries)
            {
                await Task.Delay(Random.Shared.Next(1, 5 * attempt), cancellationToken);
            }
        }
    }

    public async Task<IReadOnlyList<TranscriptView>> ListAsync(Guid zoneUpgradeId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Transcripts.AsNoTracking().Where(t => t.ZoneUpgradeId == zoneUpgradeId).OrderBy(t => t.Since).ToListAsync(cancellationToken);
        return [.. rows.Select(View)];
    }

    public async Task<TranscriptView?> FindAsync(string executionId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Transcripts.AsNoTracking().FirstOrDefaultAsync(t => t.ExecutionId == executionId, cancellationToken) is { } row ? View(row) : null;
    }

    public async Task<TranscriptSlice> ReadAsync(string executionId, long offset, int maxBytes, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var length = await db.Transcripts.AsNoTracking().Where(t => t.ExecutionId == executionId).Select(t => t.Length).FirstOrDefaultAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var (at, start, cut) = (offset, offset, 0L);
        while (at < length && bytes.Length < maxBytes)
        {
            var from = at;
            var chunk = await db.Chunks.AsNoTracking().Where(c => c.ExecutionId == executionId && c.Start <= from && c.End > from).OrderBy(c => c.Start).FirstOrDefaultAsync(cancellationToken);
            if (chunk is null)
                break;
            var first = chunk.Start + chunk.Cut;
            if (at < first)
            {
                // A gap ends the slice; at its beginning it is told with it.
                if (bytes.Length > 0)
                    break;
                cut += first - at;
                at = start = first;
            }

            var skip = (int)(at - first);
            var take = (int)Math.Min(chunk.Bytes.Length - skip, maxBytes - bytes.Length);
            bytes.Write(chunk.Bytes, skip, take);
            at += take;
        }

        return new TranscriptSlice(start, cut, bytes.ToArray());
    }

    public Task<SealedSlice> ReadSealedAsync(string executionId, long offset, int maxBytes, string actor, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, _) =>
        {
            var slice = await ReadAsync(executionId, offset, maxBytes, cancellationToken);
            var pieces = slice.Bytes.IsEmpty ? [] : await SealedChunks.ReadAsync(db, executionId, slice.Offset, slice.Next, cancellationToken);
            // What has nothing hidden is no more than what everybody reads.
            if (pieces.Count > 0)
                AuditWriter.Add(db, [await ReadEntryAsync(db, executionId, slice, actor, cancellationToken)], time.GetUtcNow());
            return new SealedSlice(slice, pieces);
        },
        cancellationToken);

    private static async Task<AuditEntry> ReadEntryAsync(FleetDbContext db, string executionId, TranscriptSlice slice, string actor, CancellationToken cancellationToken)
    {
        var row = await db.Transcripts.AsNoTracking().FirstAsync(t => t.ExecutionId == executionId, cancellationToken);
        var upgrade = await db.ZoneUpgrades.AsNoTracking().FirstOrDefaultAsync(z => z.CorrelationId == row.ZoneUpgradeId, cancellationToken);
        return new AuditEntry
        {
            Actor = actor,
            Code = "transcript-unredacted-read",
            Args = new Dictionary<string, string> { ["execution"] = executionId, ["step"] = row.Step, ["from"] = $"{slice.Offset}", ["to"] = $"{slice.Next}" },
            Zone = upgrade?.Row.Zone,
            ZoneUpgradeId = row.ZoneUpgradeId,
            RolloutId = upgrade?.Row.RolloutId,
        };
    }

    private async Task AppendAsync(FleetDbContext db, TranscriptFrame frame, CancellationToken cancellationToken)
    {
        var row = await db.Transcripts.FindAsync([frame.ExecutionId], cancellationToken);
        if (row is null)
        {
            row = new TranscriptRow { ExecutionId = frame.ExecutionId, ZoneUpgradeId = frame.ZoneUpgradeId, Step = frame.Step, Attempt = frame.Attempt, Since = time.GetUtcNow() };
            db.Transcripts.Add(row);
        }

        if (TranscriptRules.Take(frame, row.Length, Math.Max(0, options.Transcripts.MaxBytes - (row.Length - row.Cut))) is { } piece)
        {
            // The same early frame again, or a longer one that begins there too.
            if (await db.Chunks.FindAsync([frame.ExecutionId, piece.Start], cancellationToken) is { } known)
            {
                if (piece.End > known.End)
                    (known.End, known.Cut, known.Bytes) = (piece.End, piece.Cut, piece.Bytes.ToArray());
            }
            else
            {
                db.Chunks.Add(new ChunkRow { ExecutionId = frame.ExecutionId, Start = piece.Start, End = piece.End, Cut = piece.Cut, Bytes = piece.Bytes.ToArray() });
            }

            // What is over the limit is kept in neither form.
            if (!frame.Sealed.IsEmpty && !piece.Bytes.IsEmpty)
                await SealedChunks.KeepAsync(db, frame, piece, cancellationToken);
            await ExtendAsync(db, row, piece, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Moves the gap-free end over this piece and over early ones behind it.</summary>
    private static async Task ExtendAsync(FleetDbContext db, TranscriptRow row, TranscriptPiece piece, CancellationToken cancellationToken)
    {
        if (piece.Start > row.Length)
            return;
        row.Cut += Math.Max(0, piece.Start + piece.Cut - Math.Max(row.Length, piece.Start));
        row.Length = Math.Max(row.Length, piece.End);
        while (true)
        {
            var length = row.Length;
            var next = await db.Chunks.AsNoTracking().Where(c => c.ExecutionId == row.ExecutionId && c.Start <= length && c.End > length).OrderBy(c => c.Start).FirstOrDefaultAsync(cancellationToken);
            if (next is null)
                return;
            row.Cut += Math.Max(0, next.Start + next.Cut - length);
            row.Length = next.End;
        }
    }

    private static TranscriptView View(TranscriptRow row) => new()
    {
        ExecutionId = row.ExecutionId,
        ZoneUpgradeId = row.ZoneUpgradeId,
        Step = row.Step,
        Attempt = row.Attempt,
        Since = row.Since,
        Length = row.Length,
        Cut = row.Cut,
    };
}
