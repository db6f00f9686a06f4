using System.Text.Json;
using Fleet.Contracts.Phases;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Phases;

/// <summary>Connections of phases that ended well, kept for a moment: the zone's next phase mostly follows at once, and a key exchange costs more than a phase's checks. Connection facts that differ in anything get a new one.</summary>
internal sealed class IdleLinks(TimeProvider time) : IAsyncDisposable
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IRemoteShell> _idle = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();

    public IRemoteShell? Take(string zone, FirstboxConnection connection)
    {
        lock (_lock)
            return _idle.Remove(Key(zone, connection), out var shell) ? shell : null;
    }

    public async ValueTask KeepAsync(string zone, FirstboxConnection connection, IRemoteShell shell)
    {
        var key = Key(zone, connection);
        bool kept;
        lock (_lock)
            kept = !_closing.IsCancellationRequested && _idle.TryAdd(key, shell);
        if (kept)
            _ = ExpireAsync(key, shell);
        else
            await shell.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        List<IRemoteShell> shells;
        lock (_lock)
        {
            if (_closing.IsCancellationRequested)
                return;
            _closing.Cancel();
            shells = [.. _idle.Values];
            _idle.Clear();
        }
        foreach (var shell in shells)
            await shell.DisposeAsync();
        _closing.Dispose();
    }

    private static string Key(string zone, FirstboxConnection connection) => $"{zone}\n{JsonSerializer.Serialize(connection)}";

    private async Task ExpireAsync(string key, IRemoteShell shell)
    {
        try
        {
            await Task.Delay(KeptFor, time, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        lock (_lock)
        {
            if (_idle.GetValueOrDefault(key) != shell)
                return;
            _idle.Remove(key);
        }
        await shell.DisposeAsync();
    }
}
