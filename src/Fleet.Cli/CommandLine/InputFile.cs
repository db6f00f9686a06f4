using Fleet.Cli.Output;

namespace Fleet.Cli.CommandLine;

/// <summary>Files that the user names; what cannot be read is the user's to mend.</summary>
internal static class InputFile
{
    private const long TooLarge = 16 * 1024 * 1024;

    public static async Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            if (name == "-")
            {
                using var bytes = new MemoryStream();
                await using var input = Console.OpenStandardInput();
                await input.CopyToAsync(bytes, cancellationToken);
                return bytes.ToArray();
            }

            if (Directory.Exists(name))
                throw new CliFailure(ExitCodes.Usage, Say.Of($"{name} is a folder; a file is needed."));
            if (new FileInfo(name) is { Exists: true, Length: > TooLarge })
                throw new CliFailure(ExitCodes.Usage, Say.Of($"{name} is larger than 16 MB; that is no such file."));
            return await File.ReadAllBytesAsync(name, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, e);
        }
    }

    public static CliFailure Unreadable(string name, Exception e) =>
        new(ExitCodes.Usage, e is FileNotFoundException or DirectoryNotFoundException ? Say.Of($"{name} is not there.") : Say.Of($"{name} cannot be read: {e.Message}"));
}
