using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Fleet.Cli.Output;

/// <summary>An interpolated string that was not put together: its English with {0}, {1} … in it, and the values, each formatted as it says.</summary>
[InterpolatedStringHandler]
internal sealed class Sentence(int literalLength, int formattedCount)
{
    private readonly StringBuilder template = new(literalLength + 3 * formattedCount);
    private readonly List<string?> values = new(formattedCount);

    public string Template => template.ToString();

    public IReadOnlyList<string?> Values => values;

    public void AppendLiteral(string text) => template.Append(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    public void AppendFormatted<T>(T value, string? format = null)
    {
        template.Append(CultureInfo.InvariantCulture, $"{{{values.Count}}}");
        values.Add(value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString());
    }
}
