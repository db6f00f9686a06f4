using System.Globalization;

namespace Fleet.Runbooks.Strategies;

/// <summary>So many zones: a number, or a share of the zones that are meant. Written <c>3</c> or <c>10%</c>.</summary>
/// <param name="Count">Null where <paramref name="Percent"/> is given.</param>
/// <param name="Percent">0 … 100.</param>
public sealed record Amount(int? Count, int? Percent)
{
    public static Amount None { get; } = new(0, null);

    /// <summary>floor(n·p), as budgets are counted.</summary>
    public int Of(int zones) => Count ?? (int)((long)zones * Percent!.Value / 100);

    /// <summary>At least one: a limit that lets nobody run is none.</summary>
    public int AtLeastOneOf(int zones) => Math.Max(1, Of(zones));

    /// <summary>ceil(n·p), as zones are taken into a wave: a tenth of five is one.</summary>
    public int UpTo(int zones) => Count ?? (int)((((long)zones * Percent!.Value) + 99) / 100);

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Count is { } count ? $"{count}" : $"{Percent}%";

    /// <returns>Null: it is neither.</returns>
    public static Amount? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var share = text.EndsWith('%');
        if (!int.TryParse(share ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return share ? (number <= 100 ? new(null, number) : null) : new(number, null);
    }
}
