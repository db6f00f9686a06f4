using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Rollouts;
using Fleet.Orchestration.Store;

namespace Fleet.Orchestration.Planning;

/// <summary>Everything about a plan that matters: what its hash is over, and what a start is held against.</summary>
internal sealed record PlanBasis
{
    /// <summary>Another form of this record is another hash.</summary>
    public int Format { get; init; } = 1;
    public required string Package { get; init; }
    public required string Runbook { get; init; }
    public required Strategy Strategy { get; init; }
    public required IReadOnlyList<RolloutWave> Waves { get; init; }
    public string? Until { get; init; }
    public bool Interactive { get; init; }

    /// <summary>In the order of their start.</summary>
    public required IReadOnlyList<PlanBasisZone> Zones { get; init; }

    public string Hash() => DigestOf(this);

    /// <summary>Of its JSON with sorted keys: the order in which a dictionary was filled does not matter.</summary>
    public static string DigestOf<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sorted(JsonNode.Parse(Json.Write(value)))?.ToJsonString() ?? "null")));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    /// <summary>What is not as it was planned.</summary>
    public static IReadOnlyList<Finding> Changes(PlanBasis planned, PlanBasis now)
    {
        var changes = new List<Finding>();
        if (planned.Format != now.Format)
            changes.Add(Finding.Of("plan-of-other-version"));
        if (planned.Package != now.Package)
            changes.Add(Finding.Of("plan-package-changed", ("was", planned.Package), ("is", now.Package)));
        if (planned.Runbook != now.Runbook)
            changes.Add(Finding.Of("plan-runbook-changed", ("was", planned.Runbook), ("is", now.Runbook)));
        if (planned.Until != now.Until || planned.Interactive != now.Interactive)
            changes.Add(Finding.Of("plan-options-changed"));
        if (DigestOf(planned.Strategy) != DigestOf(now.Strategy) || DigestOf(planned.Waves) != DigestOf(now.Waves))
            changes.Add(Finding.Of("plan-strategy-changed"));
        var before = planned.Zones.ToDictionary(z => z.Zone, StringComparer.Ordinal);
        var after = now.Zones.ToDictionary(z => z.Zone, StringComparer.Ordinal);
        changes.AddRange(planned.Zones.Where(z => !after.ContainsKey(z.Zone)).Select(z => Finding.Of("plan-zone-gone", ("zone", z.Zone))));
        changes.AddRange(now.Zones.Where(z => !before.ContainsKey(z.Zone)).Select(z => Finding.Of("plan-zone-new", ("zone", z.Zone))));
        foreach (var zone in now.Zones.Where(z => before.ContainsKey(z.Zone)))
            changes.AddRange(Changes(before[zone.Zone], zone, now.Waves));
        // Whatever else is in the hash: a refusal without a reason would be none.
        if (changes.Count == 0 && planned.Hash() != now.Hash())
            changes.Add(Finding.Of("plan-order-changed"));
        return changes;
    }

    private static IEnumerable<Finding> Changes(PlanBasisZone was, PlanBasisZone zone, IReadOnlyList<RolloutWave> waves)
    {
        if (was.Wave != zone.Wave)
            yield return Finding.Of("plan-zone-moved", ("zone", zone.Zone), ("wave", waves[zone.Wave].Name));
        if (was.Inventory != zone.Inventory)
            yield return Finding.Of("plan-zone-changed", ("zone", zone.Zone));
        if (was.Procedure != zone.Procedure)
            yield return Finding.Of("plan-steps-changed", ("zone", zone.Zone));
        var (gone, come) = (was.Expects.Except(zone.Expects, StringComparer.Ordinal).ToList(), zone.Expects.Except(was.Expects, StringComparer.Ordinal).ToList());
        if (come.Count > 0)
            yield return Finding.Of("plan-expects-more", ("zone", zone.Zone), ("what", string.Join(", ", come)));
        if (gone.Count > 0)
            yield return Finding.Of("plan-expects-less", ("zone", zone.Zone), ("what", string.Join(", ", gone)));
    }
}

/// <param name="Inventory">Digest of the zone as the inventory has it.</param>
/// <param name="Procedure">Digest of the steps that apply.</param>
/// <param name="Expects">Step and code of what the last check found; no arguments, for free space and clocks differ from look to look.</param>
internal sealed record PlanBasisZone(string Zone, int Wave, string Inventory, string Procedure, IReadOnlyList<string> Expects);

/// <summary>A plan at rest.</summary>
internal sealed record StoredPlan(string Selector, StartRollout Start, PlanBasis Basis, PlanView View);
