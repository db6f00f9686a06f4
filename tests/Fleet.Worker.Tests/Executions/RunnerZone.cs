using System.Text;
using Fleet.Testing;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Executions;

/// <summary>A runner's folder on "the firstbox" and clients to it over the real sshd. Its ids are its own, so that tests side by side do not meet.</summary>
internal sealed class RunnerZone : IAsyncDisposable
{
    public const string Installation = "fleet-one";
    private readonly LocalSshd _sshd;
    private readonly string _folder;
    private string? _bootId;

    public RunnerZone(LocalSshd sshd, string? folder = null)
    {
        _sshd = sshd;
        _folder = folder ?? Directory.CreateTempSubdirectory("fleet-zone-").FullName;
        Root = Path.Combine(_folder, "state");
        Effects = Path.Combine(Path.GetTempPath(), $"fleet-effects-{Guid.NewGuid():N}");
        Runner = Connect();
    }

    public string Root { get; }

    /// <summary>Where the commands of a test say that they ran.</summary>
    public string Effects { get; }

    public RemoteRunner Runner { get; }

    public string Id { get; } = $"{Guid.NewGuid():N}.step.1.main";

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public RemoteRunner Connect(int? port = null, string? path = null) => Over(new CliShell(_sshd, port, path));

    public RemoteRunner Over(IRemoteShell shell) => new(shell, TimeProvider.System, Root);

    public string Run(string? id = null) => Path.Combine(Root, "runs", id ?? Id);

    public string? Mark(string name, string? id = null) => new FileInfo(Path.Combine(Run(id), name)).LinkTarget;

    public string[] EffectLines => File.Exists(Effects) ? File.ReadAllLines(Effects) : [];

    public async Task<RemoteRunner> AttachedAsync(long epoch = 1)
    {
        var reply = await Runner.AttachAsync(new AttachZone(epoch, Installation), Token);
        reply.Refusal.ShouldBe(Refusal.None, reply.Detail);
        _bootId = reply.Status!.BootId;
        return Runner;
    }

    public StartExecution Start(string script, long epoch = 1, string? id = null) => new()
    {
        ExecutionId = id ?? Id,
        Epoch = epoch,
        BootId = _bootId ?? throw new InvalidOperationException("Attach first."),
        Script = script,
    };

    /// <summary>Starts it and waits until it runs; the follower stays behind in the returned task.</summary>
    public async Task<Task<StartReply>> BegunAsync(string script, Transcript? transcript = null, string? id = null)
    {
        var following = Runner.StartAsync(Start(script, id: id), (transcript ?? new Transcript()).TakeAsync, Token);
        await Eventually.BeTrueAsync(() => Mark("keeper", id) is not null || following.IsCompleted, TimeSpan.FromMinutes(3), Token);
        return following;
    }

    public async Task<ExecutionStatus> UntilAsync(Func<ExecutionStatus, bool> condition, string? id = null)
    {
        ExecutionStatus? last = null;
        return await Eventually.GetAsync(
            async () => condition(last = await Runner.StatusAsync(id ?? Id, Token)) ? last : null, TimeSpan.FromMinutes(3), Token, () => $"{last}");
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Root))
        {
            foreach (var run in Directory.GetDirectories(Path.Combine(Root, "runs")).Where(r => new FileInfo(Path.Combine(r, "exit")).LinkTarget is null or "-"))
                await Runner.CancelAsync(Path.GetFileName(run), 1_000_000, TimeSpan.Zero, CancellationToken.None);
        }

        File.Delete(Effects);
        RemoveGroups();
        await Eventually.BeTrueAsync(Deleted, TimeSpan.FromMinutes(3), CancellationToken.None);
    }

    /// <summary>Of runs whose supervisor was killed; the others went with it.</summary>
    private void RemoveGroups()
    {
        foreach (var group in Directory.GetFileSystemEntries(_folder, "group", SearchOption.AllDirectories).Select(g => new FileInfo(g).LinkTarget).OfType<string>().Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(group);
            }
            catch (IOException)
            {
                // Something of the test still dies in it.
            }
        }
    }

    private bool Deleted()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            // A supervisor writes its last mark.
            return false;
        }
    }
}

/// <summary>What a follower was told, checked to be without gap and overlap but for what the zone said it cut.</summary>
internal sealed class Transcript
{
    private readonly MemoryStream _bytes = new();
    private readonly Lock _lock = new();

    public long Offset { get; private set; }

    public long Cut { get; private set; }

    public bool Blocked { get; private set; }

    public byte[] Bytes
    {
        get
        {
            lock (_lock)
                return _bytes.ToArray();
        }
    }

    public string Text => Encoding.UTF8.GetString(Bytes);

    public ValueTask TakeAsync(long offset, ReadOnlyMemory<byte> bytes, long cutBefore, bool blockedOnRead, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            (offset - cutBefore).ShouldBe(Offset);
            _bytes.Write(bytes.Span);
            Offset = offset + bytes.Length;
            Cut += cutBefore;
            Blocked = blockedOnRead;
        }

        return ValueTask.CompletedTask;
    }
}
