using System.Diagnostics;

namespace Fleet.Testing;

/// <summary>OpenSSH's own program, in a folder of its own.</summary>
public sealed class SshKeygen : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fleet-signatures-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public string PathOf(string name) => Path.Combine(folder, name);

    /// <returns>The private key's file; its public line is beside it.</returns>
    public string Key(string type, int? bits = null)
    {
        var path = PathOf($"key-{Guid.NewGuid():N}");
        Run(null, ["-q", "-t", type, .. bits is { } b ? new[] { "-b", $"{b}" } : [], "-N", "", "-C", "test", "-f", path]);
        return path;
    }

    public static string PublicOf(string key) => string.Join(' ', File.ReadAllText(key + ".pub").Split(' ').Take(2));

    public string Sign(string key, string purpose, byte[] message, string hash = "sha512") => Run(message, ["-Y", "sign", "-q", "-O", $"hashalg={hash}", "-n", purpose, "-f", key]);

    /// <summary>Does OpenSSH itself take it?</summary>
    public bool Verifies(string signers, string who, string purpose, string armored, byte[] message)
    {
        File.WriteAllText(PathOf("signers"), signers);
        File.WriteAllText(PathOf("sig"), armored);
        return TryRun(message, ["-Y", "verify", "-f", PathOf("signers"), "-I", who, "-n", purpose, "-s", PathOf("sig")], out _);
    }

    private static string Run(byte[]? input, string[] arguments) => TryRun(input, arguments, out var output) ? output : throw new InvalidOperationException($"ssh-keygen {string.Join(' ', arguments)}: {output}");

    private static bool TryRun(byte[]? input, string[] arguments, out string output)
    {
        using var process = Process.Start(new ProcessStartInfo("ssh-keygen", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        process.StandardInput.BaseStream.Write(input ?? []);
        process.StandardInput.Close();
        output = process.StandardOutput.ReadToEnd();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            output += errors;
        return process.ExitCode == 0;
    }
}
