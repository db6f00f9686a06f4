using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Identities;

/// <summary>Asked for a few times in months, by a framework that does not wait: so it does.</summary>
internal sealed class WebKeys(IDbContextFactory<FleetDbContext> contexts, TimeProvider time) : IWebKeys
{
    public IReadOnlyList<string> ReadAll()
    {
        using var db = contexts.CreateDbContext();
        return [.. db.WebKeys.AsNoTracking().Where(k => !k.Id.StartsWith(SessionsService.Prefix)).OrderBy(k => k.AddedAt).Select(k => k.Xml)];
    }

    public void Add(string id, string xml)
    {
        using var db = contexts.CreateDbContext();
        db.WebKeys.Add(new WebKeyRow { Id = id, Xml = xml, AddedAt = time.GetUtcNow() });
        db.SaveChanges();
    }
}
