using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fleet.Runbooks.Loading;

/// <summary>A YAML parser that answers every text with events or a <see cref="YamlException"/>. The library's own ends in other exceptions on some broken texts, and goes as deep as the text does.</summary>
public sealed class GuardedParser : IParser
{
    /// <summary>Levels; deeper than any file here, and far from what a stack holds.</summary>
    private const int MaxDepth = 100;

    private readonly Parser inner;
    private int depth;

    public GuardedParser(string text) => inner = new Parser(new StringReader(text));

    public ParsingEvent? Current => inner.Current;

    /// <exception cref="YamlException">The text is no YAML, or nested too deep.</exception>
    public bool MoveNext()
    {
        var before = inner.Current?.End ?? new YamlDotNet.Core.Mark(0, 1, 1);
        bool more;
        try
        {
            more = inner.MoveNext();
        }
        catch (Exception broken) when (broken is not YamlException)
        {
            throw new YamlException(before, before, "what follows is no YAML", broken);
        }

        depth += inner.Current?.NestingIncrease ?? 0;
        return depth <= MaxDepth ? more : throw new YamlException(inner.Current!.Start, inner.Current.End, $"nested deeper than {MaxDepth} levels");
    }
}
