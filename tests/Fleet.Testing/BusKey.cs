using System.Security.Cryptography;

namespace Fleet.Testing;

/// <summary>A file with a key for the seals of messages, as <c>openssl rand -base64 32</c> makes them.</summary>
public static class BusKey
{
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <returns>The file's path.</returns>
    public static string WriteTo(string folder, string name = "bus.key")
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, New() + "\n");
        return path;
    }
}
