using System.Text.Json;

namespace Fleet.Runbooks.Facts;

/// <summary>What <c>/pitrix/version.json</c> says (Q1); the package carries one of its own. Values are kept as written; a missing one is null.</summary>
public sealed record VersionJson
{
    public string? Installer { get; init; }
    public string? Qingcloud { get; init; }
    public string? Patch { get; init; }

    /// <summary>Plain <c>current.upgrade</c>: present before bootstrap and again after post_upgrade.</summary>
    public string? Upgrade { get; init; }

    /// <summary>Between bootstrap and post_upgrade these two stand in place of <see cref="Upgrade"/>.</summary>
    public string? OldUpgrade { get; init; }
    public string? NewUpgrade { get; init; }

    /// <summary>The installer and qingcloud versions before this one, newest last as the file has them.</summary>
    public IReadOnlyList<OldVersion> Old { get; init; } = [];

    /// <summary>Reads the file; a text that is no JSON object with versions gives null and the reason.</summary>
    public static VersionJson? Read(string text, out string? problem)
    {
        try
        {
            using var document = JsonDocument.Parse(text.TrimStart('\uFEFF'), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                problem = "it is no JSON object";
                return null;
            }

            var current = root.TryGetProperty("current", out var nested) ? nested : root;
            if (current.ValueKind != JsonValueKind.Object || Value(current, "installer") is null)
            {
                problem = "it has no current.installer";
                return null;
            }

            problem = null;
            return new VersionJson
            {
                Installer = Value(current, "installer"),
                Qingcloud = Value(current, "qingcloud"),
                Patch = Value(current, "patch"),
                Upgrade = Value(current, "upgrade"),
                OldUpgrade = Value(current, "old_upgrade"),
                NewUpgrade = Value(current, "new_upgrade"),
                Old = ReadOld(root),
            };
        }
        catch (JsonException broken)
        {
            problem = string.IsNullOrWhiteSpace(text) ? "it is empty" : $"it is no JSON: line {broken.LineNumber + 1}";
            return null;
        }
        catch (InvalidOperationException)
        {
            // An escape that is half a character.
            problem = "it holds text that is no text";
            return null;
        }
    }

    private static List<OldVersion> ReadOld(JsonElement root)
    {
        if (!root.TryGetProperty("old", out var old))
            return [];
        var entries = old.ValueKind switch
        {
            JsonValueKind.Array => old.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object),
            JsonValueKind.Object => [old],
            _ => Enumerable.Empty<JsonElement>(),
        };
        return [.. entries.Select(e => new OldVersion(Value(e, "installer"), Value(e, "qingcloud"), Value(e, "upgrade")))];
    }

    private static string? Value(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value))
            return null;
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}

public sealed record OldVersion(string? Installer, string? Qingcloud, string? Upgrade);
