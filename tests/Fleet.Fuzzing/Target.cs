using System.Text;

namespace Fleet.Fuzzing;

/// <summary>A reader of data from outside.</summary>
/// <param name="Name">As the command line names it.</param>
/// <param name="Seeds">Right inputs, to be made wrong.</param>
/// <param name="Read">Reads one input and checks what must hold of the outcome; throws when it does not.</param>
internal sealed record Target(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read)
{
    /// <summary>What the reader says instead of a result: anything else that it throws is a finding.</summary>
    public Func<Exception, bool> Declared { get; init; } = _ => false;

    /// <summary>How many times less of its inputs are run: one of them takes so much longer.</summary>
    public ulong Weight { get; init; } = 1;

    /// <summary>A reader of text; bytes that are no UTF-8 become what a decoder makes of them.</summary>
    public static Target OfText(string name, Action<string> read, params string[] seeds) => new(name, [.. seeds.Select(Encoding.UTF8.GetBytes)], bytes => read(TextOf(bytes)));

    /// <summary>Of odd inputs every other character is one of its own, lone surrogates among them: JSON and YAML texts in memory may hold these.</summary>
    private static string TextOf(byte[] bytes) => bytes.Length % 8 == 7 ? Encoding.Unicode.GetString(bytes.AsSpan(0, bytes.Length & ~1)) : Encoding.UTF8.GetString(bytes);
}
