namespace Fleet.Fuzzing.Targets;

/// <summary>Every reader of data from outside, once. One that is not here is not fuzzed: whoever adds a reader adds its line.</summary>
internal static class AllTargets
{
    public static IReadOnlyList<Target> All { get; } = [.. FileTargets.All, .. FactTargets.All, .. ZoneTargets.All, .. MessageTargets.All, .. PeopleTargets.All, .. ChatTargets.All];
}
