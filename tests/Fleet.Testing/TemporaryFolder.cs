namespace Fleet.Testing;

/// <summary>A folder of the test's own, gone with everything in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fleet-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
