using System.Text;
using System.Text.Json;
using Fleet.Checking;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Runbooks.Builtin;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Faults.Recording;

/// <summary>What happened at a site, put together from the zones' effect journals, every row and audit entry as it was committed, and the transcripts; held against the promises by the checker that the simulation uses.</summary>
internal sealed class SiteHistory(Operator person, Lab lab, string rollout, CancellationToken cancellation)
{
    private const string Flag = "/pitrix/conf/disable_hyperpair_rescue";

    /// <summary>Steps that run one of the vendor's scripts, which journal their begin and end.</summary>
    private static readonly HashSet<string> Journaled = ["bootstrap", "pre-upgrade", "upgrade-packages", "post-upgrade"];

    private static readonly RunbookShape Runbook = RunbookShape.Of(BuiltinRunbooks.Find(BuiltinRunbooks.QingcloudUpgrade)!, Journaled);

    private readonly StoredRows stored = new();

    /// <summary>What rows and audit tell, in the order of their commits.</summary>
    public required IReadOnlyList<RecordedRow> Recorded { get; init; }

    /// <summary>Zones that went on in a part of the past that Fleet's record has lost: of what ran and was printed then the record may know nothing.</summary>
    public IReadOnlyList<string> WentOn { get; init; } = [];

    public async Task HoldAsync()
    {
        var history = await ReadAsync();
        var broken = Promises.Check(history, Runbook);
        if (broken.Count > 0)
            throw new InvalidOperationException($"{string.Join(Environment.NewLine, broken)}{Environment.NewLine}{string.Join(Environment.NewLine, broken.SelectMany(b => b.Shown).Select(e => e.Zone).Distinct().Select(z => history.Told(300, z)))}");
    }

    private async Task<History> ReadAsync()
    {
        var events = Recorded.Select(Event).OfType<HistoryEvent>().Concat(lab.Zones.Values.SelectMany(z => new JournalReader(z).Read())).OrderBy(e => e.At).ToList();
        var now = events.Max(e => e.At);
        events.AddRange(person.Given.Select(id => new PersonActed(now, "", "test", $"answers {id}", true, events.OfType<Audited>().Count(a => a.Code == "answer-given" && Guid.Parse(a.Args["decision"]) == Guid.Parse(id)))));
        foreach (var zone in lab.Zones.Values)
        {
            events.AddRange(await TranscriptsAsync(zone, now));
            events.Add(new FlagsRead(now, zone.Name, zone.NodesWith(Flag), [.. zone.Shape.Nodes.Where(n => n.RescueDisabled).Select(n => n.Name)]));
        }

        events.Add(new Settled(now));
        var history = new History();
        foreach (var e in events)
            history.Add(e);
        return history;
    }

    private HistoryEvent? Event(RecordedRow row) => row.Source switch
    {
        "zone_upgrades" => stored.ZoneUpgrade(row.Document, row.At),
        "rollouts" => stored.Rollout(row.Document, row.At),
        _ => Entry(JsonDocument.Parse(row.Document).RootElement, row.At),
    };

    private static Audited Entry(JsonElement entry, DateTimeOffset at) => new(
        at, entry.TextOrNull("Zone") ?? "", Id(entry, "ZoneUpgradeId"), Id(entry, "RolloutId"), entry.Text("Actor"), entry.Text("Code"),
        JsonSerializer.Deserialize<Dictionary<string, string>>(entry.Text("Args"))!);

    private static Guid? Id(JsonElement entry, string name) => entry.TextOrNull(name) is { } text ? Guid.Parse(text) : null;

    private async Task<IReadOnlyList<HistoryEvent>> TranscriptsAsync(LabZone zone, DateTimeOffset now)
    {
        var read = new List<HistoryEvent>();
        foreach (var transcript in (await person.GetAsync($"/api/v1/rollouts/{rollout}/zones/{zone.Name}/transcripts", cancellation)).EnumerateArray())
        {
            var id = transcript.Text("executionId");
            var length = transcript.GetProperty("length").GetInt64();
            var bytes = await person.ReadTranscriptAsync(id, cancellation);
            var problem = transcript.GetProperty("cut").GetInt64() > 0 ? "the transcript was cut"
                : bytes.LongLength != length ? $"{bytes.LongLength} bytes can be read where {length} are said to be stored"
                : PromptsMissing(zone, id, Encoding.UTF8.GetString(bytes));
            read.Add(new TranscriptRead(now, zone.Name, id, length, bytes.LongLength, problem));
        }

        return read;
    }

    /// <summary>What a whole transcript must show: each question that its script asked.</summary>
    private string? PromptsMissing(LabZone zone, string id, string text)
    {
        var effects = zone.Journal().Where(e => e.Execution == id).ToList();
        if (WentOn.Contains(zone.Name) || !effects.Exists(e => e is { Script: "upgrade_pkgs.sh", What: "end" }))
            return null;
        var (shown, asked) = (text.Split("[y/N]?").Length - 1, effects.Count(e => e.What == "prompt"));
        return shown == asked ? null : $"{shown} questions stand in the transcript where the script asked {asked}";
    }
}
