using YamlDotNet.RepresentationModel;

namespace Fleet.Runbooks.Facts;

/// <summary>What the variables say of one zone id (Q4, Q5).</summary>
/// <param name="CloudType">As written; null: not there.</param>
/// <param name="CloudTypeFrom">The file that says so, or should.</param>
/// <param name="KindFrom">The files or the file that the kind is read from.</param>
public sealed record ZoneVariables(string ZoneId, string? CloudType, string CloudTypeFrom, ReadKind Kind, string KindFrom)
{
    public bool IsPrivate => string.Equals(CloudType, "private", StringComparison.OrdinalIgnoreCase);
}

public enum ReadKind
{
    /// <summary>Neither a global nor a sub zone by the variables, or they are not there.</summary>
    Unknown,
    Global,
    Sub,

    /// <summary>Both at once.</summary>
    Both,
}

/// <summary>Reads both layouts: a file per variable and zone id (4.2 and before), variables.yaml (4.3 and after).</summary>
public static class VariablesReader
{
    /// <summary>The ids in <c>zone_ids</c>: any blanks, commas, quotes and comments.</summary>
    public static IReadOnlyList<string> ZoneIds(string text) =>
        [.. BashText.Words(text).SelectMany(w => w.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Where(IsId).Distinct(StringComparer.Ordinal)];

    /// <param name="folder">Of the variables, to name files in.</param>
    /// <param name="file">The text of a file in it, like <c>cloud_type.pek1a</c>; null: not there.</param>
    public static ZoneVariables FromFiles(string zoneId, string folder, Func<string, string?> file)
    {
        var cloudType = file($"cloud_type.{zoneId}") is { } text ? BashText.Value(text) : null;
        var kind = Kind(
            file($"is_global_zone.{zoneId}") is { } global ? BashText.Value(global) : null,
            file($"is_sub_zone.{zoneId}") is { } sub ? BashText.Value(sub) : null);
        return new ZoneVariables(zoneId, cloudType, $"{folder}/cloud_type.{zoneId}", kind, $"{folder}/is_global_zone.{zoneId}, {folder}/is_sub_zone.{zoneId}");
    }

    /// <summary>variables.yaml has a block per zone id, or values for all, or both; the zone id's own win. Null with the reason when it is no YAML.</summary>
    public static IReadOnlyList<ZoneVariables>? FromYaml(IReadOnlyList<string> zoneIds, string path, string yaml, out string? problem)
    {
        var root = Yaml.Mapping(yaml, out problem);
        if (root is null)
            return null;
        return [.. zoneIds.Select(id => new ZoneVariables(id, Find(root, id, "cloud_type"), path, Kind(Find(root, id, "is_global_zone"), Find(root, id, "is_sub_zone")), path))];
    }

    private static string? Find(YamlMappingNode root, string zoneId, string name)
    {
        if (Yaml.Child(root, $"{name}.{zoneId}") is YamlScalarNode flat)
            return Clean(flat);
        foreach (var block in new[] { Yaml.Child(root, zoneId), Yaml.Child(Yaml.Child(root, "zones"), zoneId) })
        {
            if (Yaml.Child(block, name) is YamlScalarNode own)
                return Clean(own);
        }

        var shared = Yaml.Child(root, name) ?? Yaml.Child(Yaml.Child(root, "common") ?? Yaml.Child(root, "global"), name);
        return shared switch
        {
            YamlScalarNode scalar => Clean(scalar),
            YamlMappingNode byId => Yaml.Child(byId, zoneId) is YamlScalarNode scalar ? Clean(scalar) : null,
            _ => null,
        };
    }

    private static string? Clean(YamlScalarNode node) => string.IsNullOrWhiteSpace(node.Value) ? null : node.Value.Trim().Trim('"', '\'').Trim();

    private static ReadKind Kind(string? global, string? sub) => (IsTrue(global), IsTrue(sub)) switch
    {
        (true, true) => ReadKind.Both,
        (true, _) => ReadKind.Global,
        (_, true) => ReadKind.Sub,
        _ => ReadKind.Unknown,
    };

    private static bool IsTrue(string? value) => value?.ToLowerInvariant() is "1" or "true" or "yes" or "y" or "on";

    private static bool IsId(string word) => word != "\n" && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
