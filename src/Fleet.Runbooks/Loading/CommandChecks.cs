using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

/// <summary>Values are quoted where a command is filled in; where no quoting holds, none may stand.</summary>
internal static class CommandChecks
{
    public static void Placeholders(IReadOnlyList<Node> phases, LoadProblems problems)
    {
        foreach (var command in phases.SelectMany(Commands))
        {
            foreach (var name in ShellPlaces.Unsafe(command.Value))
                problems.At(command, "runbook-placeholder-in-quotes", ("name", name));
        }
    }

    private static IEnumerable<Scalar> Commands(Node phase) =>
        Items(phase, "steps").Select(s => s["command"]).OfType<Scalar>();

    private static IEnumerable<Mapping> Items(Node node, string key) => ((node as Mapping)?[key] as Sequence)?.Items.OfType<Mapping>() ?? [];
}
