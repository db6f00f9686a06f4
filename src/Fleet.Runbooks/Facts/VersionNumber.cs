using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Fleet.Runbooks.Facts;

/// <summary>A version like <c>4.10.0</c> or <c>20190318</c>, compared as numbers per component: 4.10.0 is newer than 4.9.3, 4.2 equals 4.2.0.</summary>
public sealed class VersionNumber : IComparable<VersionNumber>, IEquatable<VersionNumber>
{
    private readonly long[] _components;
    private readonly string _text;

    private VersionNumber(string text, long[] components)
    {
        _text = text;
        _components = components;
    }

    public long Major => _components[0];

    /// <summary>False for anything that is not digits and dots: such a version is never guessed at.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VersionNumber? version)
    {
        version = null;
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length is 0 or > 60)
            return false;
        var parts = trimmed.Split('.');
        var components = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out components[i]))
                return false;
        }

        version = new VersionNumber(trimmed, components);
        return true;
    }

    public static VersionNumber Parse(string text) =>
        TryParse(text, out var version) ? version : throw new FormatException($"\"{text}\" is no version: it takes digits and dots.");

    /// <summary>How many minor versions lie between two of one major version: 4.2.1 and 4.10.0 are 8 apart. Null: their major versions differ, or one of them is no version.</summary>
    public static long? MinorsBetween(string? left, string? right) =>
        TryParse(left, out var a) && TryParse(right, out var b) && a.Major == b.Major ? Math.Abs(a.At(1) - b.At(1)) : null;

    /// <summary>Null when one of them is no version.</summary>
    public static int? Compare(string? left, string? right) =>
        TryParse(left, out var a) && TryParse(right, out var b) ? a.CompareTo(b) : null;

    public int CompareTo(VersionNumber? other)
    {
        if (other is null)
            return 1;
        for (var i = 0; i < Math.Max(_components.Length, other._components.Length); i++)
        {
            var difference = At(i).CompareTo(other.At(i));
            if (difference != 0)
                return difference;
        }

        return 0;
    }

    public bool Equals(VersionNumber? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as VersionNumber);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        var significant = Array.FindLastIndex(_components, c => c != 0);
        for (var i = 0; i <= significant; i++)
            hash.Add(_components[i]);
        return hash.ToHashCode();
    }

    public override string ToString() => _text;

    public static bool operator <(VersionNumber left, VersionNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(VersionNumber left, VersionNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(VersionNumber left, VersionNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(VersionNumber left, VersionNumber right) => left.CompareTo(right) >= 0;

    public static bool operator ==(VersionNumber? left, VersionNumber? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(VersionNumber? left, VersionNumber? right) => !(left == right);

    private long At(int index) => index < _components.Length ? _components[index] : 0;
}
