using System.Text.Json;
using Fleet.Server.Api;

namespace Fleet.Cli.Settings;

/// <summary>What one person set for every command that they give: <c>$XDG_CONFIG_HOME/fleet/settings.json</c>, else <c>~/.config/fleet/settings.json</c>.</summary>
internal sealed record PersonalSettings
{
    /// <summary>en or zh-CN; null: none set.</summary>
    public string? Lang { get; init; }

    public static string File => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "fleet", "settings.json");

    /// <summary>Those of the file. One that cannot be read sets nothing, and <paramref name="problem"/> says why: no command is refused for it.</summary>
    public static PersonalSettings Read(string file, out string? problem)
    {
        problem = null;
        try
        {
            return System.IO.File.Exists(file) ? JsonSerializer.Deserialize<PersonalSettings>(System.IO.File.ReadAllBytes(file), ApiJson.Options) ?? new PersonalSettings() : new PersonalSettings();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            problem = e.Message;
            return new PersonalSettings();
        }
    }

    /// <summary>Whole or not at all: another command may be reading it.</summary>
    public void Write(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var fresh = $"{file}.{Environment.ProcessId}";
        System.IO.File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.Options));
        System.IO.File.Move(fresh, file, overwrite: true);
    }
}
