using System.Text;

namespace Fleet.Runbooks.Loading;

/// <summary>A file's bytes as text: UTF-8, or told where they are not.</summary>
internal static class FileText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>Null: they are not, with the place among the problems.</returns>
    public static string? Read(ReadOnlySpan<byte> utf8, LoadProblems problems)
    {
        try
        {
            return Strict.GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            problems.At(new Mark(1, 1, "", null), "file-not-utf8", ("offset", $"{e.Index}"));
            return null;
        }
    }
}
