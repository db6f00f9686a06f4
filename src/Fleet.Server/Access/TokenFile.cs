using System.Security.Cryptography;
using System.Text;

namespace Fleet.Server.Access;

/// <summary>A token in a file that only its owner reads (mode 0600); made on first use.</summary>
public static class TokenFile
{
    public const string Operator = "token";
    public const string Worker = "worker-token";

    public static string ReadOrMake(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (Read(path) is { } known)
            return known;
        Directory.CreateDirectory(folder);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        Write(path, token);
        return token;
    }

    /// <returns>Null when it is not there or empty.</returns>
    public static string? Read(string path) => File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;

    private static void Write(string path, string token)
    {
        // Written beside and renamed, so that nobody ever reads half of it, and never readable by others in between.
        var part = $"{path}.{Environment.ProcessId}.part";
        using (var file = new FileStream(part, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            file.Write(Encoding.ASCII.GetBytes(token + "\n"));
        File.Move(part, path, overwrite: true);
    }
}
