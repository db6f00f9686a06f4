using System.Security.Cryptography;

namespace Fleet.Worker.Executions;

/// <summary>The runner's text as it is uploaded. Its digest is its version: a zone may hold several, one for each run that is not cleaned.</summary>
internal static class RunnerFile
{
    public static ReadOnlyMemory<byte> Bytes { get; } = Load();

    public static string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes.Span));

    private static byte[] Load()
    {
        using var stream = typeof(RunnerFile).Assembly.GetManifestResourceStream("runner.sh")
            ?? throw new InvalidOperationException("The remote runner is missing from the program: runner.sh was not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
