using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Ev = YamlDotNet.Core.Events;

namespace Fleet.Runbooks.Loading;

/// <summary>Reads YAML into nodes within limits; refuses aliases, anchors and tags, since a few lines of them can stand for gigabytes or types.</summary>
internal sealed class NodeReader
{
    /// <summary>Characters of the whole file.</summary>
    public const int MaxLength = 1024 * 1024;
    public const int MaxDepth = 16;
    public const int MaxNodes = 20_000;

    /// <summary>Characters of one value.</summary>
    public const int MaxScalar = 16 * 1024;

    private readonly GuardedParser _parser;
    private readonly LoadProblems _problems;
    private readonly string? _file;
    private int _nodes;

    private NodeReader(string text, string? file, LoadProblems problems)
    {
        _parser = new GuardedParser(text);
        _file = file;
        _problems = problems;
    }

    /// <summary>The document's root; null when it could not be read, with the reason among the problems.</summary>
    public static Mapping? Read(string text, string? file, LoadProblems problems)
    {
        var start = new Mark(1, 1, "", file);
        if (text.Length > MaxLength)
        {
            problems.At(start, "file-too-large", ("size", text.Length.ToString()), ("limit", MaxLength.ToString()));
            return null;
        }

        try
        {
            return new NodeReader(text, file, problems).Document();
        }
        catch (LimitException limit)
        {
            problems.At(limit.At, "file-over-limit", ("what", limit.What), ("limit", limit.Limit.ToString()));
        }
        catch (YamlException e)
        {
            problems.At(new Mark((int)e.Start.Line, (int)e.Start.Column, "", file), "file-not-yaml", ("error", (e.InnerException as YamlException ?? e).Message));
        }

        return null;
    }

    private Mapping? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _problems.At(new Mark(1, 1, "", _file), "file-empty-file");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = Next("", 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            _problems.At(At(second, ""), "file-several-documents");
        if (root is Mapping mapping)
            return mapping;
        _problems.At(root, root is Scalar { IsNull: true } ? "file-empty-file" : "file-not-a-map");
        return null;
    }

    private Node Next(string path, int depth)
    {
        var next = _parser.Current ?? throw new YamlException("unexpected end of the file");
        var mark = At(next, path);
        if (depth > MaxDepth)
            throw new LimitException(mark, "levels", MaxDepth);
        if (++_nodes > MaxNodes)
            throw new LimitException(mark, "values", MaxNodes);

        if (next is NodeEvent { Anchor.IsEmpty: false })
            _problems.At(mark, "file-alias");
        if (next is NodeEvent { Tag.IsEmpty: false })
            _problems.At(mark, "file-tag");

        switch (next)
        {
            case Ev.AnchorAlias:
                _parser.MoveNext();
                _problems.At(mark, "file-alias");
                return new Scalar(mark, "", Plain: true);
            case Ev.Scalar scalar:
                _parser.MoveNext();
                if (scalar.Value.Length > MaxScalar)
                    throw new LimitException(mark, "characters in one value", MaxScalar);
                return new Scalar(mark, scalar.Value, scalar.Style == ScalarStyle.Plain);
            case SequenceStart:
                _parser.MoveNext();
                return SequenceAt(mark, depth);
            case MappingStart:
                _parser.MoveNext();
                return MappingAt(mark, depth);
            default:
                throw new YamlException(next.Start, next.End, $"unexpected {next.GetType().Name}");
        }
    }

    private Sequence SequenceAt(Mark mark, int depth)
    {
        var items = new List<Node>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(Next($"{mark.Path}[{items.Count}]", depth + 1));
        return new Sequence(mark, items);
    }

    private Mapping MappingAt(Mark mark, int depth)
    {
        var entries = new List<Entry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var keyNode = Next(mark.Path, depth + 1);
            if (keyNode is not Scalar key)
            {
                _problems.At(keyNode, "file-key-not-text");
                Next(mark.Path, depth + 1);
                continue;
            }

            key = key with { Mark = key.Mark with { Path = Under(mark.Path, key.Value) } };
            var value = Next(key.Mark.Path, depth + 1);
            if (entries.Find(e => e.Key.Value == key.Value) is { } first)
                _problems.At(key, "file-duplicate-key", ("key", key.Value), ("first", first.Key.Mark.Line.ToString()));
            else
                entries.Add(new Entry(key, value));
        }

        return new Mapping(mark, entries);
    }

    private static string Under(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private Mark At(ParsingEvent e, string path) => new((int)e.Start.Line, (int)e.Start.Column, path, _file);

    private sealed class LimitException(Mark at, string what, int limit) : Exception
    {
        public Mark At { get; } = at;
        public string What { get; } = what;
        public int Limit { get; } = limit;
    }
}
