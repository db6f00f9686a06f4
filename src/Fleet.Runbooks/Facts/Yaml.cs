using Fleet.Runbooks.Loading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Fleet.Runbooks.Facts;

/// <summary>Reading YAML without a model.</summary>
internal static class Yaml
{
    public static YamlMappingNode? Mapping(string text, out string? problem)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new PlainKeys(new GuardedParser(text.TrimStart('\uFEFF'))));
            if (stream.Documents.Count > 0 && stream.Documents[0].RootNode is YamlMappingNode mapping)
            {
                problem = null;
                return mapping;
            }

            problem = "it has no names and values";
        }
        catch (YamlException broken)
        {
            problem = $"line {broken.Start.Line}: {broken.Message}";
        }
        catch (ArgumentException broken)
        {
            // The library's model says so of a value that ends where none began.
            problem = broken.Message;
        }

        return null;
    }

    public static YamlNode? Child(YamlNode? node, string name) =>
        node is YamlMappingNode mapping && mapping.Children.FirstOrDefault(c => c.Key is YamlScalarNode key && key.Value == name) is { Value: { } value } ? value : null;

    /// <summary>Keys are words: to compare keys that are lists of aliases of lists takes a time that doubles with each.</summary>
    private sealed class PlainKeys(IParser inner) : IParser
    {
        private readonly Stack<(bool Map, int Children)> open = new([(false, 0)]);

        public ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            if (!inner.MoveNext())
                return false;
            switch (inner.Current)
            {
                case MappingEnd or SequenceEnd:
                    open.Pop();
                    break;
                case NodeEvent or AnchorAlias:
                    var node = inner.Current;
                    var (map, children) = open.Pop();
                    if (map && children % 2 == 0 && node is not YamlDotNet.Core.Events.Scalar)
                        throw new YamlException(node.Start, node.End, "a key must be a word");
                    open.Push((map, children + 1));
                    if (node is MappingStart or SequenceStart)
                        open.Push((node is MappingStart, 0));
                    break;
            }

            return true;
        }
    }
}
