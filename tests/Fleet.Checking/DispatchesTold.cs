namespace Fleet.Checking;

/// <summary>8. Epochs only rise, each is accepted once, and the audit says why a phase goes out once more.</summary>
internal static class DispatchesTold
{
    private static readonly HashSet<string> Reasons =
        ["lease-expired", "dispatch-lost", "phase-declined", "dispatch-revoked", "answer-given", "phase-stopped", "zone-resumed", "zone-retry", "zone-abort", "guard-release"];

    /// <summary>Said of a rollout, for all its zones: what was begun on one is looked after before it ends.</summary>
    private static readonly HashSet<string> OfRollouts = ["rollout-abort", "rollout-abort-now"];

    public static IEnumerable<Violation> Check(History history)
    {
        var newest = new Dictionary<Guid, Audited>();
        var accepted = new Dictionary<(Guid, string), Audited>();
        var told = new HashSet<Guid>();
        foreach (var entry in history.Events.OfType<Audited>())
        {
            if (OfRollouts.Contains(entry.Code))
                told.UnionWith(newest.Where(n => n.Value.RolloutId == entry.RolloutId).Select(n => n.Key));
            if (entry.ZoneUpgradeId is not { } id)
                continue;
            if (Reasons.Contains(entry.Code))
                told.Add(id);
            if (entry.Code == "phase-accepted" && !accepted.TryAdd((id, entry.Args["epoch"]), entry))
                yield return new Violation(8, $"epoch {entry.Args["epoch"]} of {entry.Zone} was accepted twice", accepted[(id, entry.Args["epoch"])], entry);
            if (entry.Code != "phase-dispatched")
                continue;
            if (newest.TryGetValue(id, out var before))
            {
                if (Epoch(entry) <= Epoch(before))
                    yield return new Violation(8, $"epoch {entry.Args["epoch"]} of {entry.Zone} is not above the one before", before, entry);
                if (entry.Args["phase"] == before.Args["phase"] && !told.Contains(id))
                    yield return new Violation(8, $"{entry.Args["phase"]} of {entry.Zone} went out again in epoch {entry.Args["epoch"]}, and nothing says why", before, entry);
            }

            newest[id] = entry;
            told.Remove(id);
        }
    }

    private static long Epoch(Audited entry) => long.Parse(entry.Args["epoch"], System.Globalization.CultureInfo.InvariantCulture);
}
