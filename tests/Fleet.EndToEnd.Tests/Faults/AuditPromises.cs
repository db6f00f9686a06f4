using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>What the audit of one zone must tell, whatever broke meanwhile.</summary>
internal static class AuditPromises
{
    /// <summary>Why a phase goes out once more.</summary>
    private static readonly HashSet<string> Reasons = ["lease-expired", "dispatch-lost", "phase-declined", "dispatch-revoked", "answer-given", "phase-stopped", "zone-resumed", "zone-retry", "guard-release"];

    public static void Hold(string zone, IReadOnlyList<JsonElement> audit)
    {
        var story = $"{zone}:{Environment.NewLine}{string.Join(Environment.NewLine, audit.Select(a => $"{a.Text("at")} {a.Text("code")} {a.GetProperty("args")}"))}";
        var dispatched = audit.Where(a => a.Text("code") == "phase-dispatched").ToList();
        var epochs = dispatched.Select(Epoch).ToList();
        epochs.ShouldBe([.. epochs.Distinct().Order()], $"epochs only rise. {story}");
        audit.Where(a => a.Text("code") == "phase-accepted").Select(Epoch).ShouldBeUnique(story);
        foreach (var (before, after) in dispatched.Zip(dispatched.Skip(1)).Where(d => Arg(d.First, "phase") == Arg(d.Second, "phase")))
        {
            audit.SkipWhile(a => Number(a) <= Number(before)).TakeWhile(a => Number(a) < Number(after))
                .ShouldContain(a => Reasons.Contains(a.Text("code")), $"{Arg(after, "phase")} went out again in epoch {Epoch(after)}, and nothing says why. {story}");
        }

        audit.Where(a => a.Text("code") == "answer-given").Select(a => Arg(a, "decision")).ShouldBeUnique(story);
    }

    private static long Number(JsonElement entry) => entry.GetProperty("number").GetInt64();

    private static long Epoch(JsonElement entry) => long.Parse(Arg(entry, "epoch")!);

    private static string? Arg(JsonElement entry, string name) => entry.GetProperty("args").TextOrNull(name);
}
