namespace Fleet.EndToEnd.Tests.Harness;

/// <summary>Looks into files as they are, whatever wrote them.</summary>
internal static class FilesBelow
{
    private const int Piece = 1 << 20;

    /// <summary>The files below a folder that hold this text in UTF-8. One that is empty, as locks are, or that goes away meanwhile holds nothing.</summary>
    public static IReadOnlyList<string> With(string folder, string text)
    {
        var wanted = System.Text.Encoding.UTF8.GetBytes(text);
        return [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).Where(file => Holds(file, wanted))];
    }

    private static bool Holds(string path, byte[] wanted)
    {
        try
        {
            if (new FileInfo(path).Length == 0)
                return false;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[Piece + wanted.Length];
            var kept = 0;
            while (file.Read(buffer, kept, Piece) is > 0 and var read)
            {
                var all = buffer.AsSpan(0, kept + read);
                if (all.IndexOf(wanted) >= 0)
                    return true;
                kept = Math.Min(wanted.Length - 1, all.Length);
                all[^kept..].CopyTo(buffer);
            }

            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
