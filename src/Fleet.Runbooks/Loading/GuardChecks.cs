using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

/// <summary>Guards are set before they are needed, by one step, and released by a later one.</summary>
internal static class GuardChecks
{
    /// <summary>An errand sets and releases its own.</summary>
    public static void Check(Mapping root, LoadProblems problems)
    {
        Check([.. Phases(root, "phases").SelectMany(Steps)], problems);
        foreach (var errand in Phases(root, "errands"))
            Check([.. Steps(errand)], problems);
    }

    private static void Check(List<Mapping> steps, LoadProblems problems)
    {
        var set = Of(steps, GuardUse.Sets);
        var released = Of(steps, GuardUse.Releases);
        var names = set.Select(s => s.Name.Value).Distinct().ToList();

        foreach (var (index, guard) in set)
        {
            if (!released.Exists(r => r.Name.Value == guard.Value && r.Index > index))
                problems.At(guard, "runbook-guard-never-released", ("guard", guard.Value));
        }

        foreach (var (index, guard) in released)
            Known(guard, index, set, names, problems);
        for (var i = 0; i < steps.Count; i++)
        {
            foreach (var needed in ((steps[i]["needsGuards"] as Sequence)?.Items ?? []).OfType<Scalar>())
                Known(needed, i, set, names, problems);
        }
    }

    private static void Known(Scalar guard, int index, List<(int Index, Scalar Name)> set, List<string> names, LoadProblems problems)
    {
        if (!names.Contains(guard.Value))
            problems.At(guard, "runbook-unknown-guard", ("guard", guard.Value), ("allowed", names.Count == 0 ? "–" : string.Join(", ", names)));
        else if (!set.Exists(s => s.Name.Value == guard.Value && s.Index < index))
            problems.At(guard, "runbook-guard-too-late", ("guard", guard.Value));
    }

    private static List<(int Index, Scalar Name)> Of(List<Mapping> steps, GuardUse use) =>
        [.. steps.Select((s, i) => (i, s)).Where(x => StepKindDeclarations.Find(x.s.TextOf("kind") ?? "")?.Guard == use && x.s["guard"] is Scalar).Select(x => (x.i, (Scalar)x.s["guard"]!))];

    private static IEnumerable<Mapping> Phases(Mapping root, string key) => ((root[key] as Sequence)?.Items ?? []).OfType<Mapping>();

    private static IEnumerable<Mapping> Steps(Mapping phase) => ((phase["steps"] as Sequence)?.Items ?? []).OfType<Mapping>();
}
