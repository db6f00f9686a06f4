namespace Fleet.Worker.Phases;

/// <summary>An execution's id is made of what it is for, so that a redelivery finds the same execution.</summary>
internal static class ExecutionIds
{
    public static string For(Guid zoneUpgrade, string step, int attempt, string part) => $"{zoneUpgrade:N}.{step}.{attempt}.{part}";

    /// <summary>Null when it is none of ours.</summary>
    public static ExecutionName? Parse(string id)
    {
        var parts = id.Split('.');
        return parts.Length >= 4 && Guid.TryParseExact(parts[0], "N", out var zoneUpgrade) && int.TryParse(parts[^2], out var attempt)
            ? new ExecutionName(zoneUpgrade, string.Join('.', parts[1..^2]), attempt, parts[^1])
            : null;
    }
}

internal sealed record ExecutionName(Guid ZoneUpgradeId, string Step, int Attempt, string Part);
