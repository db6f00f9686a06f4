namespace Fleet.Worker.Phases.Leases;

internal static class LeaseRules
{
    public static bool IsHeld(TimeSpan sinceSent, TimeSpan duration) => sinceSent < duration;

    /// <summary>A third of the shortest lease in hand.</summary>
    public static TimeSpan Beat(IEnumerable<TimeSpan> leases, TimeSpan idle)
    {
        var shortest = leases.Select(l => l / 3).Append(idle).Min();
        return shortest > TimeSpan.FromMilliseconds(200) ? shortest : TimeSpan.FromMilliseconds(200);
    }
}
