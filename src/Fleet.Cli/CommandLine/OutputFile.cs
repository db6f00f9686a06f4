using Fleet.Cli.Output;

namespace Fleet.Cli.CommandLine;

/// <summary>Files that the user has written to.</summary>
internal static class OutputFile
{
    /// <summary>The whole content or nothing: it takes the place of a file only once it is complete, and of one that is there only where that is wanted.</summary>
    public static async Task WriteAsync(string name, ReadOnlyMemory<byte> content, bool overwrite, CancellationToken cancellationToken)
    {
        if (!overwrite && File.Exists(name))
            throw There(name);
        var beside = $"{name}.{Guid.NewGuid():N}.part";
        try
        {
            await File.WriteAllBytesAsync(beside, content, cancellationToken);
            File.Move(beside, name, overwrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw !overwrite && File.Exists(name) ? There(name) : new CliFailure(ExitCodes.Usage, Say.Of($"{name} cannot be written: {e.Message}"));
        }
        finally
        {
            if (File.Exists(beside))
                File.Delete(beside);
        }
    }

    private static CliFailure There(string name) => new(ExitCodes.Usage, Say.Of($"{name} is there already; nothing was written. To write over it: --force."));
}
