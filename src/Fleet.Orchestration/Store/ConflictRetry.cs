using System.Data.Common;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Store;

/// <summary>A message whose save met another's is handled again from the start, as is one that met a database that stumbled.</summary>
internal static class ConflictRetry
{
    public static void Configure(IRetryConfigurator retry)
    {
        retry.Handle<DbUpdateException>();
        retry.Handle<DbException>();
        retry.Handle<TimeoutException>();
        retry.Intervals([.. Enumerable.Range(0, 20).Select(i => TimeSpan.FromMilliseconds(i < 10 ? 2 << i / 2 : 100 * (i - 9)))]);
    }
}
