using System.Diagnostics;
using System.Text;

namespace Fleet.ZoneLab;

/// <summary>One program run to its end.</summary>
internal static class Tool
{
    /// <exception cref="InvalidOperationException">It is missing or ended with another code than 0.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var (exit, output, error) = await TryAsync(program, args, "", cancellationToken);
        return exit == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', args)} ended with {exit}: {error.Trim()}");
    }

    public static async Task<(int Exit, string Output, string Error)> TryAsync(string program, IReadOnlyList<string> args, string input, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, args)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
                StandardErrorEncoding = Encoding.UTF8,
            },
        };
        process.Start();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public static void Require(params ReadOnlySpan<(string Program, string Package)> programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").ToArray();
        var missing = new List<string>();
        foreach (var (program, package) in programs)
        {
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
                missing.Add($"{program} (package {package})");
        }
        if (missing.Count > 0)
            throw new InvalidOperationException($"The zone lab needs {string.Join(", ", missing)}. Install it with: apt-get install --no-install-recommends {string.Join(' ', missing.Select(m => m.Split(' ')[^1].TrimEnd(')')).Distinct())}");
    }
}
