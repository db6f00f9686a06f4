using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Fleet.Runbooks.Loading;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.RunbookFiles;

internal sealed class RunbookFilesService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, TimeProvider time) : IRunbookFiles
{
    private const int ShortestPrefix = 4;

    public async Task<IReadOnlyList<RunbookFileView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Runbooks.AsNoTracking().OrderBy(r => r.Name).ThenByDescending(r => r.AddedAt).Select(r => new RunbookFileView
        {
            Name = r.Name,
            Version = r.FileVersion,
            Digest = r.Digest,
            AddedAt = r.AddedAt,
            AddedBy = r.AddedBy,
            BuiltIn = r.BuiltIn,
            SignedBy = r.SignedBy,
        }).ToListAsync(cancellationToken);
    }

    public async Task<Result<RunbookFileView>> FindAsync(string id, CancellationToken cancellationToken)
    {
        var all = await ListAsync(cancellationToken);
        if (all.FirstOrDefault(r => r.Name == id || r.Digest == id) is { } found)
            return Result.Ok(found);
        var prefixed = id.Length < ShortestPrefix ? [] : all.Where(r => r.Digest.StartsWith(id, StringComparison.OrdinalIgnoreCase)).ToList();
        return prefixed.Count switch
        {
            1 => Result.Ok(prefixed[0]),
            0 => Result.NotFound<RunbookFileView>(Finding.Of("runbook-not-found", ("id", id))),
            _ => Result.Invalid<RunbookFileView>(Finding.Of("id-ambiguous", ("id", id), ("count", $"{prefixed.Count}"))),
        };
    }

    public async Task<byte[]?> ContentAsync(string digest, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Runbooks.AsNoTracking().Where(r => r.Digest == digest).Select(r => r.Content).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task<string?> SignatureAsync(string digest, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Runbooks.AsNoTracking().Where(r => r.Digest == digest).Select(r => r.Signature).FirstOrDefaultAsync(cancellationToken);
    }

    public Task<Result<RunbookFileView>> AddAsync(byte[] content, Detached? signature, string actor, CancellationToken cancellationToken) => AddAsync(content, signature, actor, builtIn: false, cancellationToken);

    /// <summary>What is stored is the self-contained text, whose digest the runbook has.</summary>
    internal async Task<Result<RunbookFileView>> AddAsync(byte[] content, Detached? signature, string actor, bool builtIn, CancellationToken cancellationToken)
    {
        var loaded = RunbookLoader.Load(content);
        if (loaded.Runbook is not { } runbook)
            return Result.Invalid<RunbookFileView>([.. loaded.Problems.Select(Problem)]);
        await transactions.RunAsync(
            async (db, _) =>
            {
                var args = new Dictionary<string, string> { ["name"] = runbook.Name, ["version"] = runbook.Version, ["digest"] = runbook.Digest };
                if (await db.Runbooks.FindAsync([runbook.Digest], cancellationToken) is { } known)
                {
                    if (signature is null || signature.Text == known.Signature)
                        return true;
                    (known.Signature, known.SignedBy) = (signature.Text, signature.By);
                    args["key"] = signature.By;
                    AuditWriter.Add(db, [new AuditEntry { Actor = actor, Code = "runbook-signed", Args = args }], time.GetUtcNow());
                    return true;
                }

                db.Runbooks.Add(new RunbookRow
                {
                    Digest = runbook.Digest,
                    Name = runbook.Name,
                    FileVersion = runbook.Version,
                    Content = Encoding.UTF8.GetBytes(loaded.Text),
                    AddedAt = time.GetUtcNow(),
                    AddedBy = actor,
                    BuiltIn = builtIn,
                    Signature = signature?.Text,
                    SignedBy = signature?.By,
                });
                AuditWriter.Add(db, [new AuditEntry { Actor = actor, Code = "runbook-added", Args = args }], time.GetUtcNow());
                return true;
            },
            cancellationToken);
        return await FindAsync(runbook.Digest, cancellationToken);
    }

    /// <summary>The place travels as arguments beside the problem's own.</summary>
    private static Finding Problem(LoadProblem problem) => new(
        problem.Code,
        new Dictionary<string, string>(problem.Args) { ["line"] = $"{problem.Line}", ["column"] = $"{problem.Column}", ["path"] = problem.Path, ["file"] = problem.File ?? string.Empty },
        []);
}
