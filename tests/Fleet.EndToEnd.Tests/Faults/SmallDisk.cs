using Fleet.Testing;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>A small file system in memory that can be filled and freed.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    public static async Task<SmallDisk> MountAsync(long bytes, CancellationToken cancellationToken)
    {
        var path = Directory.CreateTempSubdirectory("fleet-disk-").FullName;
        var (code, output) = await ChildProcess.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", path], cancellationToken);
        return code == 0 ? new SmallDisk(path) : throw new InvalidOperationException($"No tmpfs could be mounted at {path}: {output}");
    }

    /// <summary>To the last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1024 * 1024, 4096, 1])
        {
            try
            {
                while (true)
                    file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full, for pieces of this size.
            }
        }
    }

    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await ChildProcess.RunAsync("umount", ["-l", Path], CancellationToken.None);
        Directory.Delete(Path);
    }
}
