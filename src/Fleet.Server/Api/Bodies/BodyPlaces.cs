using System.Globalization;
using System.Text;

namespace Fleet.Server.Api.Bodies;

/// <summary>Lines and columns of a text, both from 1; columns count characters.</summary>
internal static class BodyPlaces
{
    public static (string Line, string Column) Of(ReadOnlySpan<byte> text, long offset)
    {
        var before = text[..(int)Math.Min(offset, text.Length)];
        return (Text(before.Count((byte)'\n') + 1), Text(Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
