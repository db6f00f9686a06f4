using Fleet.Cli.Output;
using Fleet.Hosting.Bus;

namespace Fleet.Cli.Serving;

/// <summary>The data folder: made if needed, readable by its owner only, and with the in-memory bus used by one process at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream? held;

    private DataFolder(FileStream? held) => this.held = held;

    public static DataFolder? Open(ServeSettings settings, out string? refusal)
    {
        var path = settings.Server.Data;
        refusal = null;
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (settings.Bus.Transport != BusTransport.Memory)
                return new DataFolder(null);
            return new DataFolder(new FileStream(Path.Combine(path, "in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (File.Exists(Path.Combine(path, "in-use")))
        {
            refusal = Say.Of($"Fleet:Data (--data) is '{path}', which another fleet serve uses now. End that one, or use another folder. ({e.Message})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            refusal = Say.Of($"Fleet:Data (--data) is '{path}', which cannot be used: {e.Message}");
        }

        return null;
    }

    public void Dispose() => held?.Dispose();
}
