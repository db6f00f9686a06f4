using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

internal static class DoneReader
{
    public static DoneProof Read(MapReader step, IReadOnlyDictionary<string, string> settings, LoadProblems problems)
    {
        if (step.Node("done") is not { } node || MapReader.Of(node, Keys.Done, problems) is not { } reader)
            return DoneProof.None;
        var proof = new DoneProof
        {
            Marker = PathOf("marker"),
            SuccessLine = reader.Optional("successLine") is { } line ? PatternOf(reader.Node("successLine")!, line) : null,
            Log = PathOf("log"),
            LogErrors = [.. reader.TextsAt("logErrors").Select(l => PatternOf(l.Node, l.Text))],
            Version = reader.Choice("version", Keys.DoneVersions),
        };
        if (proof.LogErrors.Count > 0 && proof.Log is null)
            problems.At(reader.Node("logErrors")!, "runbook-log-missing");
        return proof;

        string? PathOf(string key)
        {
            if (reader.Optional(key) is not { } value)
                return null;
            var path = SettingsReader.Fill(reader.Node(key)!, value, settings, factsAllowed: false, problems);
            if (!path.StartsWith('/') && !path.StartsWith("${", StringComparison.Ordinal))
                problems.At(reader.Node(key)!, "runbook-bad-path", ("value", path));
            return path;
        }

        string PatternOf(Node at, string value)
        {
            var pattern = SettingsReader.Fill(at, value, settings, factsAllowed: false, problems);
            Checks.Pattern(at, pattern, problems);
            return pattern;
        }
    }
}
