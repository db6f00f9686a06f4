using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Transcripts;
using Fleet.Runbooks.Loading;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Living;

namespace Fleet.Server.Chat.Commands;

/// <summary>What commands on a zone printed, and how long what took.</summary>
internal static partial class Printed
{
    private const int TailBytes = 16 * 1024;
    private const int UsualLines = 10;
    private const int MostPrinted = 40;
    private const int BarWidth = 20;

    public static IReadOnlyList<ChatVerb> Verbs { get; } =
    [
        new("logs", "ZONE [--rollout ROLLOUT] [--step STEP] [--lines N]", "chat-about-logs", LogsAsync) { Words = (1, 1), Options = ["--rollout", "--step", "--lines"], Examples = ["logs pek1a", "logs pek1a --step upgrade-packages --lines 20"] },
        new("timeline", "ROLLOUT [--zone ZONE]", "chat-about-timeline", TimelineAsync) { Words = (1, 1), Options = ["--zone"], Unlinked = Unlinked.Looks, Examples = ["timeline nov-window", "timeline nov-window --zone pek1a"] },
    ];

    private static async Task<ChatMessage> LogsAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        var problems = new List<Finding>();
        var (zone, rollout, lines) = (given.Words[0], given.Get("--rollout"), Math.Clamp(given.Number("--lines", problems) ?? UsualLines, 1, MostPrinted));
        if (problems.Count > 0)
            return talk.Bad(problems);
        if (rollout is null)
        {
            var newest = await talk.CallAsync(ApiCall.Of("ShowNewestUpgrade", ("name", zone)), cancellationToken);
            if (!newest.Ok)
                return talk.Refused(newest);
            rollout = $"{newest.Read<ZoneUpgradeDocument>().Rollout}";
        }

        var listed = await talk.CallAsync(ApiCall.Of("ListTranscripts", ("id", rollout), ("zone", zone)), cancellationToken);
        if (!listed.Ok)
            return talk.Refused(listed);
        if (listed.Read<List<TranscriptView>>().LastOrDefault(t => t.Length > 0 && (given.Get("--step") is not { } step || t.Step == step)) is not { } last)
            return talk.Plain(Finding.Of("chat-no-logs", ("zone", zone)));
        var query = new Dictionary<string, string?> { ["offset"] = Math.Max(0, last.Length - TailBytes).ToString(CultureInfo.InvariantCulture) };
        var read = await talk.CallAsync(ApiCall.Of("ReadTranscript", ("executionId", last.ExecutionId)) with { Query = query }, cancellationToken);
        return read.Ok
            ? talk.Plain(Finding.Of("chat-logs", ("zone", zone), ("step", last.Step), ("attempt", $"{last.Attempt}"), ("bytes", $"{last.Length}"))) with { Output = Tail(read.Body.Span, lines) }
            : talk.Refused(read);
    }

    /// <summary>The last lines as plain text: what a terminal would obey is left out.</summary>
    internal static string Tail(ReadOnlySpan<byte> bytes, int lines)
    {
        var text = Escapes().Replace(Encoding.UTF8.GetString(bytes), "");
        var shown = text.Split('\n').Select(l => l.TrimEnd('\r') is var line ? line[(line.LastIndexOf('\r') + 1)..] : "").Where(l => l.Length > 0).TakeLast(lines);
        return string.Join('\n', shown.Select(l => string.Concat(l.Where(c => !char.IsControl(c) || c == '\t'))));
    }

    private static async Task<ChatMessage> TimelineAsync(ChatTalk talk, ChatArguments given, CancellationToken cancellationToken)
    {
        var answer = await talk.CallAsync(ApiCall.Of("ShowTimeline", ("id", given.Words[0])), cancellationToken);
        if (!answer.Ok)
            return talk.Refused(answer);
        var timeline = answer.Read<TimelineDocument>();
        var title = talk.Plain(Finding.Of("chat-timeline", ("rollout", timeline.Name), ("time", DurationText.Format(timeline.EndedAt - timeline.StartedAt))));
        if (given.Get("--zone") is not { } name)
            return title with { Output = Bars([.. timeline.Zones.Where(z => z.StartedAt is not null).Take(MostPrinted).Select(z => ($"{z.Zone} {Sentences.Word(z.State)}", ((z.EndedAt ?? timeline.EndedAt) - z.StartedAt!.Value).TotalSeconds))]) };
        return timeline.Zones.FirstOrDefault(z => z.Zone == name) is { } zone
            ? title with { Output = Bars([.. zone.Phases.Select(p => (p.Phase, p.Seconds))]) }
            : talk.Bad(Finding.Of("zone-not-in-rollout", ("zone", name), ("rollout", timeline.Name)));
    }

    /// <summary>A bar for each, as long as its share of the longest.</summary>
    internal static string Bars(IReadOnlyList<(string Name, double Seconds)> parts)
    {
        var (width, longest) = (parts.Select(p => p.Name.Length).DefaultIfEmpty().Max(), parts.Select(p => p.Seconds).DefaultIfEmpty().Max());
        return string.Join('\n', parts.Select(p =>
        {
            var full = longest <= 0 ? 0 : (int)Math.Round(p.Seconds / longest * BarWidth);
            return $"{p.Name.PadRight(width)}  {new string('▮', full)}{new string('▯', BarWidth - full)}  {DurationText.Format(TimeSpan.FromSeconds(p.Seconds))}";
        }));
    }

    [GeneratedRegex(@"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]")]
    private static partial Regex Escapes();
}
