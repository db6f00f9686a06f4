using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Fleet.Sealing;

/// <summary>The keys of <c>Fleet:Transcripts:Key</c>: one a line, the first seals, all of them open. So a new key goes on top, and an old one stays as long as what it sealed.</summary>
internal sealed class TranscriptKeys
{
    public const string Setting = "Fleet:Transcripts:Key";

    /// <summary>A file that is made where nothing else is set: where what seals and what opens are one process.</summary>
    public const string OwnSetting = "Fleet:Transcripts:OwnKey";

    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(30);
    private readonly IReadOnlyList<TranscriptKey> _keys;

    public TranscriptKeys(params IReadOnlyList<TranscriptKey> keys) => _keys = keys;

    /// <summary>What seals; null: nothing does.</summary>
    public TranscriptKey? First => _keys.Count > 0 ? _keys[0] : null;

    public TranscriptKey? Find(string id) => _keys.FirstOrDefault(k => k.Id == id);

    /// <summary>What is wrong with the setting as it is written. Nothing is read or run.</summary>
    public static void Check(IConfiguration configuration, ICollection<string> problems)
    {
        if (configuration[Setting] is { Length: > 0 } reference && !reference.StartsWith("file:/", StringComparison.Ordinal) && !(reference.StartsWith("exec:", StringComparison.Ordinal) && reference.Length > 5))
            problems.Add($"{Setting} is \"{reference}\": it takes file:/path or exec:command, which gives a key of 64 hexadecimal digits on each line (openssl rand -hex 32).");
    }

    /// <exception cref="InvalidOperationException">The keys that the setting names are not to be had.</exception>
    public static TranscriptKeys Load(IConfiguration configuration)
    {
        var problems = new List<string>();
        Check(configuration, problems);
        if (problems.Count > 0)
            throw new InvalidOperationException(problems[0]);
        if (configuration[Setting] is { Length: > 0 } reference)
            return Parse(reference, reference.StartsWith("file:", StringComparison.Ordinal) ? ReadFile(reference) : Run(reference));
        return configuration[OwnSetting] is { Length: > 0 } own ? Parse($"file:{own}", ReadOrMake(own)) : new TranscriptKeys();
    }

    private static TranscriptKeys Parse(string reference, string text)
    {
        var lines = text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').ToList();
        var keys = lines.Select(TranscriptKey.Parse).ToList();
        // What stands there is not told: it may be nearly a key.
        if (keys.Count == 0 || keys.Contains(null))
            throw new InvalidOperationException($"{Setting} ({reference}) gives {(keys.Count == 0 ? "no key" : $"a line {keys.IndexOf(null) + 1} that is no key")}: it takes 64 hexadecimal digits on each line (openssl rand -hex 32), the newest key first.");
        return new TranscriptKeys([.. keys.OfType<TranscriptKey>()]);
    }

    private static string ReadFile(string reference)
    {
        try
        {
            return File.ReadAllText(reference["file:".Length..]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{Setting} is \"{reference}\", which cannot be read: {e.Message}", e);
        }
    }

    private static string Run(string reference)
    {
        var (printed, why) = SecretCommand.Run(reference["exec:".Length..], CommandLimit);
        return printed ?? throw new InvalidOperationException($"{Setting} is \"{reference}\", and {why}.");
    }

    private static string ReadOrMake(string path)
    {
        if (File.Exists(path))
            return File.ReadAllText(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Written beside and renamed, so that nobody ever reads half of it, and never readable by others in between.
        var part = $"{path}.{Environment.ProcessId}.part";
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TranscriptKey.Size));
        using (var file = new FileStream(part, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            file.Write(Encoding.ASCII.GetBytes(key + "\n"));
        try
        {
            File.Move(part, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(part);
        }

        return File.ReadAllText(path);
    }
}
