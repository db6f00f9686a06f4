using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Loading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fleet.Server.Inventory;

/// <summary>Reads one YAML document into nodes that know their line and column. Anchors and aliases are taken, tags are not looked at.</summary>
internal static class YamlTree
{
    private const int MaxDepth = 32;

    public static YamlNode? Read(string text, List<InventoryProblem> problems)
    {
        try
        {
            var parser = new GuardedParser(text);
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
                return null;
            var root = Node(parser, [], 0);
            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
                problems.Add(At(second.Start, Finding.Of("inventory-two-documents")));
            return root;
        }
        catch (YamlException e)
        {
            problems.Add(At(e.Start, Finding.Of("inventory-syntax", ("detail", e.Message))));
            return null;
        }
    }

    private static InventoryProblem At(Mark mark, Finding what) => new((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column), "", what);

    private static YamlNode Node(GuardedParser parser, Dictionary<string, YamlNode> anchors, int depth)
    {
        if (depth > MaxDepth)
            throw new YamlException(parser.Current!.Start, parser.Current.End, $"nested deeper than {MaxDepth} levels");
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.TryGetValue(alias.Value.Value, out var known)
                ? known
                : throw new YamlException(alias.Start, alias.End, $"the anchor &{alias.Value.Value} is not known here");
        }

        var start = parser.Current!.Start;
        var anchor = (parser.Current as NodeEvent)?.Anchor;
        var (line, column) = ((int)start.Line, (int)start.Column);
        YamlNode node;
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            node = new YamlScalar(line, column, scalar.Value, scalar.Style == ScalarStyle.Plain);
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(Node(parser, anchors, depth + 1));
            node = new YamlList(line, column, items);
        }
        else
        {
            parser.Consume<MappingStart>();
            var entries = new List<(YamlScalar, YamlNode)>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var at = parser.Current!;
                var key = Node(parser, anchors, depth + 1) as YamlScalar ?? throw new YamlException(at.Start, at.End, "a key must be a word");
                entries.Add((key, Node(parser, anchors, depth + 1)));
            }

            node = new YamlMap(line, column, entries);
        }

        if (anchor is { IsEmpty: false } name)
            anchors[name.Value] = node;
        return node;
    }
}
