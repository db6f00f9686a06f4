using System.Collections.Concurrent;
using System.Threading.Channels;
using Fleet.Orchestration.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Orchestration.Identities;

/// <summary>When tokens were last used, written beside the requests and not at each: no request waits for it, and what is lost by an end of this process is a few minutes.</summary>
internal sealed partial class TokenUses(IDbContextFactory<FleetDbContext> contexts, TimeProvider time, ILogger<TokenUses> logger) : BackgroundService
{
    private static readonly TimeSpan Coarse = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _written = new(StringComparer.Ordinal);
    private readonly Channel<(string Id, DateTimeOffset At)> _uses = Channel.CreateBounded<(string, DateTimeOffset)>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Note(string id, DateTimeOffset? stored)
    {
        var now = time.GetUtcNow();
        var last = _written.GetValueOrDefault(id, stored ?? DateTimeOffset.MinValue);
        if (now - last >= Coarse && _uses.Writer.TryWrite((id, now)))
            _written[id] = now;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (id, at) in _uses.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await using var db = await contexts.CreateDbContextAsync(stoppingToken);
                await db.Tokens.Where(t => t.Id == id).ExecuteUpdateAsync(t => t.SetProperty(x => x.LastUsedAt, at), stoppingToken);
            }
            catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException)
            {
                LogLost(id, e);
            }
        }
    }

    [LoggerMessage(1290, LogLevel.Warning, "When token {Id} was last used could not be written.")]
    private partial void LogLost(string id, Exception exception);
}
