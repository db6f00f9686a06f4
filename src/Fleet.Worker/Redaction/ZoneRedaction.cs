using System.Text;
using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Redaction;

/// <summary>Hides secrets of one zone in what the worker tells others of it.</summary>
internal sealed class ZoneRedaction(KnownSecrets secrets, string zone)
{
    public StreamRedactor Stream() => new(Known);

    public SecretMatcher Known => secrets.Of(zone);

    public string Text(string text)
    {
        if (text.Length == 0)
            return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        var (redacted, redactor) = (new Redacted(), Stream());
        redactor.Feed(bytes, redacted);
        redactor.Flush(redacted);
        return redacted.Hidden.Count == 0 ? text : Encoding.UTF8.GetString(redacted.Shown.Span);
    }

    /// <summary>Lines that belong together: a key goes over several.</summary>
    public IReadOnlyList<string> Lines(IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return lines;
        var text = string.Join('\n', lines.Select(l => l.ReplaceLineEndings(" ")));
        return Text(text).Split('\n');
    }

    public Finding Finding(Finding finding) => finding with
    {
        Args = Values(finding.Args),
        Lines = Lines(finding.Lines),
        Said = finding.Said?.ToDictionary(s => s.Key, s => Finding(s.Value)),
        Because = finding.Because is { } because ? [.. because.Select(Finding)] : null,
    };

    public IReadOnlyList<Finding> Findings(IReadOnlyList<Finding> findings) => findings.Count == 0 ? findings : [.. findings.Select(Finding)];

    public IReadOnlyDictionary<string, string> Values(IReadOnlyDictionary<string, string> values) => values.Count == 0 ? values : values.ToDictionary(v => v.Key, v => Text(v.Value));
}
