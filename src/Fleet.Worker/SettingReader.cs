using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Fleet.Worker;

/// <summary>Reads the values of one section. One that does not convert or is out of its range stays the default and is a problem: the key, the value, what is allowed.</summary>
/// <param name="section">Like <c>Fleet:Ssh</c>.</param>
internal sealed class SettingReader(IConfiguration configuration, string section, ICollection<string> problems)
{
    /// <returns>Null: not given, or empty.</returns>
    public string? Text(string key) => configuration[$"{section}:{key}"] is { Length: > 0 } text ? text : null;

    public TimeSpan Time(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (Text(key) is not { } text)
            return otherwise;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        Wrong(key, text, $"it takes times from {least:c} to {most:c}, like 00:00:30");
        return otherwise;
    }

    /// <summary>As <see cref="Time"/>, where another setting gives the least: with that one set, the default may be too little.</summary>
    public TimeSpan TimeFrom(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (Text(key) is null && otherwise < least)
            Wrong(key, $"{otherwise:c}", $"with the other settings it takes times from {least:c} to {most:c}, like 00:00:30");
        return Time(key, otherwise, least, most);
    }

    public long Number(string key, long otherwise, long least, long most)
    {
        if (Text(key) is not { } text)
            return otherwise;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        Wrong(key, text, $"it takes numbers from {least} to {most}");
        return otherwise;
    }

    public int Number(string key, int otherwise, int least, int most) => (int)Number(key, (long)otherwise, least, most);

    public void Wrong(string key, string? value, string allowed) => problems.Add($"{section}:{key} is \"{value}\": {allowed}.");
}
