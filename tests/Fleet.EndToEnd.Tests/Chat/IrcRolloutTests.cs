using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Chat;

/// <summary>A night's rollout by people who are at IRC and nowhere else.</summary>
[Trait("Speed", "Slow")]
public sealed class IrcRolloutTests
{
    private const string Channel = "#ops";
    private const int Asking = 4;
    private const int Zones = 12;
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twelve_zones_are_started_approved_by_another_questioned_answered_for_all_alike_and_finished_from_a_channel()
    {
        await using var irc = await IrcServer.StartAsync(Cancellation);
        await using var site = await EmbeddedFleet.StartAsync([.. Specs("q", "sub+proxy-fails-always", Asking), .. Specs("w", "sub", Zones - Asking)], Cancellation, Settings(irc));
        await LinkAsync(site, "ann", "operator");
        await LinkAsync(site, "bob", "approver");
        await using var ann = await IrcPerson.JoinAsync(irc, "ann", Channel, Cancellation);
        await using var bob = await IrcPerson.JoinAsync(irc, "bob", Channel, Cancellation);
        await using var eve = await IrcPerson.JoinAsync(irc, "eve", Channel, Cancellation);
        try
        {
            await RunAsync(site, ann, bob, eve);
        }
        finally
        {
            // For whoever reads what it was like.
            var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "transcripts")).FullName;
            await File.WriteAllLinesAsync(Path.Combine(folder, "irc-rollout.txt"), eve.Heard, CancellationToken.None);
        }
    }

    private static async Task RunAsync(EmbeddedFleet site, IrcPerson ann, IrcPerson bob, IrcPerson eve)
    {
        // She is linked to nobody: she may ask who she is, and nothing else.
        await SaysAsync(eve, "!fleet status", "eve: ✕ The account eve in irc is linked to nobody");

        var plan = await PlanAsync(site);
        var code = Code(await SaysAsync(ann, $"!fleet start --plan {plan[..12]} --name night", "!fleet confirm "));
        await SaysAsync(bob, $"!fleet confirm {code}", "was given to somebody else");
        await SaysAsync(ann, $"!fleet confirm {code}", $"night is there by plan {plan[..12]}: waiting-approval");

        // Whoever starts does not approve; who approves is shown what.
        await SaysAsync(ann, $"!fleet approve night {plan[..12]}", "ann: ✕");
        await SaysAsync(bob, "!fleet approve night 0123456789ab", $"night is plan {plan[..12]}, not 0123456789ab");
        var approval = Code(await SaysAsync(bob, "fleet: approve night", "!fleet confirm "));
        var from = eve.Heard.Count;
        await SaysAsync(bob, $"!fleet confirm {approval}", $"night: plan {plan[..12]} is approved by bob");
        await eve.HearAsync(from, l => l.Contains("night running", StringComparison.Ordinal), Limit, Cancellation, () => site.Server.Output);

        // Four zones ask the same: it is said once, with what the script had printed, and answered once.
        await eve.HearAsync(from, IsScriptsQuestion, Limit, Cancellation, () => site.Server.Output);
        var open = await Eventually.GetAsync(async () => await site.Operator.OpenDecisionsAsync(Cancellation) is { Count: Asking } all ? all : null, Limit, Cancellation, () => site.Server.Output);
        await SaysAsync(ann, "!fleet guards", "guards are in force");
        await SaysAsync(ann, $"!fleet decisions show {open[0].Text("id")[..8]}", "--scope rollout");
        await SaysAsync(ann, $"!fleet answer {open[0].Text("id")[..8]} yes --scope rollout --comment 'a mirror is behind'", $"yes by ann to {Asking}");
        await eve.HearAsync(from, l => l.EndsWith("ann chose yes", StringComparison.Ordinal) || l.Contains(": yes by ann", StringComparison.Ordinal), Soon, Cancellation);

        await eve.HearAsync(from, l => l.Contains("night succeeded: ", StringComparison.Ordinal), Limit, Cancellation, () => site.Server.Output);
        await eve.HearAsync(from, l => l.Contains("longest: ", StringComparison.Ordinal), Soon, Cancellation);
        await SaysAsync(ann, "!fleet timeline night", "▮▮▮");
        await SaysAsync(ann, "!fleet logs q01 --lines 3", "q01 ");
        eve.Heard.Skip(from).Count(IsScriptsQuestion).ShouldBe(1, "alike questions are one");

        var shown = await site.Operator.ShowAsync("night", Cancellation);
        (shown.Text("state"), shown.Text("startedBy")).ShouldBe(("succeeded", "ann"));
        var audit = (await site.Operator.GetAsync("/api/v1/audit?rollout=night&limit=5000", Cancellation)).EnumerateArray().ToList();
        audit.Count(a => a.Text("code") == "answer-given" && a.Text("actor") == "ann" && a.Text("source") == $"chat irc/{Channel}").ShouldBe(Asking);
        audit.ShouldContain(a => a.Text("actor") == "bob" && a.Text("source") == $"chat irc/{Channel}");
    }

    /// <summary>Not the one whether it may begin.</summary>
    private static bool IsScriptsQuestion(string line) => line.StartsWith("<fleet> ◆ night: ", StringComparison.Ordinal) && line.Contains("(prompt)", StringComparison.Ordinal);

    /// <summary>Says it, and waits until it is answered so; nothing that was said before counts.</summary>
    private static async Task<string> SaysAsync(IrcPerson person, string text, string answer)
    {
        var from = person.Heard.Count;
        await person.SayAsync(text);
        return await person.HearAsync(from, l => l.StartsWith("<fleet> ", StringComparison.Ordinal) && l.Contains(answer, StringComparison.Ordinal), Soon, Cancellation);
    }

    private static string Code(string line) => line.Split(' ')[^1];

    private static async Task<string> PlanAsync(EmbeddedFleet site)
    {
        var strategy = Path.Combine(site.Folder, "night.yaml");
        await File.WriteAllTextAsync(strategy, "apiVersion: fleet/v1\nname: night\nmaxParallel: 12\nwaves:\n  - name: asking\n    zones: q01,q02,q03,q04\n  - name: rest\napprovals:\n  required: 1\n", Cancellation);
        return (await site.Operator.JsonAsync(Cancellation, "plan", "--zones", "all", "--package", site.Package, "--strategy", strategy)).Text("hash");
    }

    private static Task<string> LinkAsync(EmbeddedFleet site, string name, string role) => site.Operator.DoAsync(Cancellation, "identity", "link", "irc", name, "--name", name, "--role", role);

    private static IEnumerable<ZoneSpec> Specs(string prefix, string profile, int count) => Enumerable.Range(1, count).Select(n => new ZoneSpec($"{prefix}{n:00}", profile));

    private static Dictionary<string, string?> Settings(IrcServer irc) => new()
    {
        ["Fleet__Chat__Irc__Server"] = $"irc://127.0.0.1:{irc.Port}",
        ["Fleet__Chat__Irc__Trust"] = "nick",
        ["Fleet__Chat__Irc__LineEvery"] = "0s",
        ["Fleet__Chat__Channels__0__Chat"] = "irc",
        ["Fleet__Chat__Channels__0__Channel"] = Channel,
        ["Fleet__Chat__Channels__0__EachZone"] = "true",
        ["Fleet__Chat__Channels__0__ProgressEvery"] = "30s",
    };
}
