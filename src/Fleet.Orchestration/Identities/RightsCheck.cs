using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Zones;

namespace Fleet.Orchestration.Identities;

/// <summary>Rights as somebody gives them.</summary>
internal static class RightsCheck
{
    public static IEnumerable<Finding> Problems(Rights rights)
    {
        if (rights.Grants.Count == 0)
            yield return Finding.Of("access-no-role");
        if (rights.Grants.Any(g => g.Role == Role.Worker) && rights.Grants.Any(g => g.Role != Role.Worker))
            yield return Finding.Of("access-worker-and-person");
        foreach (var problem in rights.Grants.Select(g => ZoneSelector.Parse(g.Zones)).SelectMany(s => s.Problems))
            yield return problem;
        foreach (var group in rights.Groups.Where(g => !Names.IsPlain(g)))
            yield return Finding.Of("access-bad-group", ("group", group));
    }

    /// <summary>As the audit keeps them.</summary>
    public static string Text(Rights rights) =>
        string.Join("; ", [.. rights.Grants.Select(g => $"{Words.Of(g.Role)} on {g.Zones}"), .. rights.Groups.Select(g => $"group {g}")]);
}
