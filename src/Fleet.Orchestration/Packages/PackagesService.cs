using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;
using Fleet.Orchestration.Transactions;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Packages;

internal sealed class PackagesService(IDbContextFactory<FleetDbContext> contexts, FleetTransactions transactions, TimeProvider time) : IPackages
{
    private const int ShortestPrefix = 4;

    public async Task<IReadOnlyList<PackageView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return Views(await db.Packages.AsNoTracking().OrderBy(p => p.AddedAt).ToListAsync(cancellationToken));
    }

    public async Task<Result<PackageView>> FindAsync(string id, CancellationToken cancellationToken) => Match(await ListAsync(cancellationToken), id);

    public async Task<Result<PackageView>> AddAsync(PackageRef package, Detached? signature, string actor, CancellationToken cancellationToken)
    {
        await transactions.RunAsync(
            async (db, _) =>
            {
                var known = await db.Packages.FindAsync([package.Digest], cancellationToken);
                if (known is null)
                {
                    db.Packages.Add(new PackageRow { Digest = package.Digest, Package = package, AddedAt = time.GetUtcNow(), AddedBy = actor, Signature = signature?.Text, SignedBy = signature?.By });
                    AuditWriter.Add(db, [Entry(actor, "package-added", package)], time.GetUtcNow());
                }
                else if (signature is not null && signature.Text != known.Signature)
                {
                    (known.Signature, known.SignedBy) = (signature.Text, signature.By);
                    AuditWriter.Add(db, [Entry(actor, "package-signed", package, signature.By)], time.GetUtcNow());
                }

                return true;
            },
            cancellationToken);
        return await FindAsync(package.Digest, cancellationToken);
    }

    public async Task<Result<PackageView>> RemoveAsync(string id, string actor, CancellationToken cancellationToken)
    {
        var found = await FindAsync(id, cancellationToken);
        if (!found.Ok)
            return found;
        var package = found.Value.Package;
        return await transactions.RunAsync(
            async (db, _) =>
            {
                var used = (await db.Rollouts.AsNoTracking().Where(r => r.EndedAt == null).Select(r => r.Row).ToListAsync(cancellationToken)).FirstOrDefault(r => r.Package.Digest == package.Digest);
                if (used is not null)
                    return Result.Conflict<PackageView>(Finding.Of("package-in-use", ("package", found.Value.Id), ("rollout", used.Name)));
                if (await db.Packages.FindAsync([package.Digest], cancellationToken) is { } row)
                {
                    db.Packages.Remove(row);
                    AuditWriter.Add(db, [Entry(actor, "package-removed", package)], time.GetUtcNow());
                }

                return found;
            },
            cancellationToken);
    }

    internal static Result<PackageView> Match(IReadOnlyList<PackageView> packages, string id)
    {
        var exact = packages.Where(p => p.Package.Digest == id || p.Id == id || p.Package.FileName == id).ToList();
        if (exact.Count == 0)
        {
            exact = [.. packages.Where(p =>
                (id.Length >= ShortestPrefix && p.Package.Digest.StartsWith(id, StringComparison.OrdinalIgnoreCase)) || $"{p.Package.Installer}-{p.Package.Qingcloud}" == id)];
        }

        return exact.Count switch
        {
            1 => Result.Ok(exact[0]),
            0 => Result.NotFound<PackageView>(Finding.Of("package-not-found", ("id", id))),
            _ => Result.Invalid<PackageView>(Finding.Of("id-ambiguous", ("id", id), ("count", $"{exact.Count}"))),
        };
    }

    internal static IReadOnlyList<PackageView> Views(IReadOnlyList<PackageRow> rows) =>
        [.. rows.Select(r =>
        {
            var name = $"{r.Package.Installer}-{r.Package.Qingcloud}";
            var shared = rows.Count(o => o.Package.Installer == r.Package.Installer && o.Package.Qingcloud == r.Package.Qingcloud) > 1;
            return new PackageView { Id = shared ? $"{name}-{r.Digest[..8]}" : name, Package = r.Package, AddedAt = r.AddedAt, AddedBy = r.AddedBy, SignedBy = r.SignedBy, Signature = r.Signature };
        })];

    private static AuditEntry Entry(string actor, string code, PackageRef package, string? signedBy = null)
    {
        var args = new Dictionary<string, string> { ["file"] = package.FileName, ["digest"] = package.Digest };
        if (signedBy is not null)
            args["by"] = signedBy;
        return new AuditEntry { Actor = actor, Code = code, Args = args };
    }
}
