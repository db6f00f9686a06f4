using System.Collections.Frozen;
using System.Text;
using Fleet.Runbooks.Loading;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Builtin;

/// <summary>The runbooks that come with the program. They are loaded as any other: a wrong one stops the start.</summary>
public static class BuiltinRunbooks
{
    public const string QingcloudUpgrade = "qingcloud-upgrade";

    private static readonly FrozenDictionary<string, string> Texts = ReadTexts();
    private static readonly Lazy<IReadOnlyList<Runbook>> Loaded = new(() => [.. Texts.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => Load(t.Key, t.Value))]);

    public static IReadOnlyList<Runbook> All => Loaded.Value;

    public static IReadOnlyList<string> Names { get; } = [.. Texts.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The file as it is embedded; its sha-256 is the runbook's digest.</summary>
    public static string? FindText(string name) => Texts.GetValueOrDefault(name);

    public static Runbook? Find(string name) => All.FirstOrDefault(r => r.Name == name);

    private static Runbook Load(string name, string text)
    {
        var result = RunbookLoader.Load(text);
        return result.Runbook ?? throw new InvalidOperationException($"The built-in runbook {name} is wrong:\n{string.Join('\n', result.Problems)}");
    }

    private static FrozenDictionary<string, string> ReadTexts()
    {
        const string Prefix = "Fleet.Runbooks.Builtin.";
        var assembly = typeof(BuiltinRunbooks).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(
            n => Path.GetFileNameWithoutExtension(n[Prefix.Length..]),
            n =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(n)!, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                return reader.ReadToEnd();
            });
    }
}
