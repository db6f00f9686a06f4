using System.Text;
using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>Holds Fleet's promises against what the zones' effect journals, the audit and the records say happened.</summary>
internal sealed class Promises(Operator person, Lab lab, string rollout, CancellationToken cancellation)
{
    /// <summary>Clocks are one and the same here; a journal's line is written a moment after what it tells.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>Zones that went on in a part of the past that Fleet's record has lost: of what ran and was printed then the record may know nothing.</summary>
    public IReadOnlyList<string> WentOn { get; init; } = [];

    /// <param name="rebooted">Zones in which a script was ended by a reboot, so without an end in the journal.</param>
    public async Task HoldAsync(JsonElement shown, params string[] rebooted)
    {
        var audit = (await person.GetAsync($"/api/v1/audit?rollout={rollout}&limit=10000", cancellation)).EnumerateArray().ToList();
        var guards = (await person.GetAsync("/api/v1/guards", cancellation)).EnumerateArray().ToList();
        var open = await person.OpenDecisionsAsync(cancellation);
        foreach (var document in shown.Items("zones"))
        {
            var zone = lab.Zones[document.Text("name")];
            var state = document.Text("state");
            var upgrade = await person.GetAsync($"/api/v1/rollouts/{rollout}/zones/{zone.Name}", cancellation);
            var asked = open.Where(d => d.Text("zone") == zone.Name).ToList();
            (state is "succeeded" or "failed" or "aborted" or "unknown" || (state == "held" && asked.Count > 0)).ShouldBeTrue($"{zone.Name} neither ended nor waits on a person: {document}");
            new JournalPromises(zone, state, upgrade, rebooted.Contains(zone.Name)) { WentOn = WentOn.Contains(zone.Name) }.Hold();
            if (document.TextOrNull("endedAt") is { } ended)
                zone.Journal().ShouldNotContain(e => e.At > DateTimeOffset.Parse(ended) + Moment, $"{zone.Name} was touched after its end at {ended}");
            GuardsAreSettled(zone, state, guards, asked);
            AuditPromises.Hold(zone.Name, [.. audit.Where(a => a.TextOrNull("zone") == zone.Name)]);
            await TranscriptsAreWholeAsync(zone, state);
        }
    }

    private static void GuardsAreSettled(LabZone zone, string state, IReadOnlyList<JsonElement> guards, IReadOnlyList<JsonElement> asked)
    {
        var flagged = zone.NodesWith("/pitrix/conf/disable_hyperpair_rescue");
        var guard = guards.FirstOrDefault(g => g.Text("zone") == zone.Name);
        if (flagged.Count > 0)
            (guard.ValueKind == JsonValueKind.Object && (state == "held" || guard.TextOrNull("keptBy") is not null || asked.Any(d => d.Text("kind") == "guard")))
                .ShouldBeTrue($"{zone.Name} is {state}; rescue is still disabled on {string.Join(", ", flagged)}, and nobody was asked or told: {guard}");
        if (state == "succeeded")
            flagged.ShouldBeEmpty(zone.Name);
    }

    private async Task TranscriptsAreWholeAsync(LabZone zone, string state)
    {
        foreach (var transcript in (await person.GetAsync($"/api/v1/rollouts/{rollout}/zones/{zone.Name}/transcripts", cancellation)).EnumerateArray())
        {
            var id = transcript.Text("executionId");
            var length = transcript.GetProperty("length").GetInt64();
            transcript.GetProperty("cut").GetInt64().ShouldBe(0, $"{zone.Name}: {id}");
            var read = await person.ReadTranscriptAsync(id, cancellation);
            read.LongLength.ShouldBe(length, $"{zone.Name}: {id} is said to be {length} bytes long");
            if (state == "succeeded" && transcript.Text("step") == "upgrade-packages" && !WentOn.Contains(zone.Name))
                Count(Encoding.UTF8.GetString(read), "[y/N]?").ShouldBe(zone.Journal().Count(e => e is { Script: "upgrade_pkgs.sh", What: "prompt" }), $"{zone.Name}: prompts in the transcript {id} and on the zone");
        }
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
