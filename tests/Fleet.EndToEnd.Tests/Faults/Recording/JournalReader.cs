using Fleet.Checking;
using Fleet.ZoneLab;
using Effect = Fleet.Checking.Effect;

namespace Fleet.EndToEnd.Tests.Faults.Recording;

/// <summary>A zone's effect journal as events of a history.</summary>
internal sealed class JournalReader(LabZone zone)
{
    /// <summary>The script that an execution runs; it may call others.</summary>
    private readonly Dictionary<string, ZoneLab.Effect> scripts = [];
    private readonly HashSet<string> running = [];
    private readonly Dictionary<string, int> prompts = [];
    private readonly Dictionary<string, string?> asked = [];
    private IReadOnlyList<string> unguarded = [];

    public IEnumerable<HistoryEvent> Read() => zone.Journal().Select(e => e.Script == "lab" ? e : e with { At = e.At - zone.Shape.ClockOffset }).SelectMany(Events);

    private IEnumerable<HistoryEvent> Events(ZoneLab.Effect effect)
    {
        if (effect.What == "power-off")
            return [new Happened(effect.At, zone.Name, "is powered off"), .. Lost(effect.At)];
        return effect.Execution is null ? [] : OfExecution(effect, effect.Execution);
    }

    private IEnumerable<HistoryEvent> OfExecution(ZoneLab.Effect effect, string id)
    {
        switch (effect.What)
        {
            case "begin" when scripts.TryAdd(id, effect) || scripts[id].Script == effect.Script:
                running.Add(id);
                var parts = id.Split('.');
                yield return new ExecutionBegan(effect.At, zone.Name, id, Guid.ParseExact(parts[0], "N"), parts[1], int.Parse(parts[2]));
                break;
            case "end" when scripts.TryGetValue(id, out var script) && script.Pid == effect.Pid && running.Remove(id):
                yield return new ExecutionEnded(effect.At, zone.Name, id, $"exit {effect.Detail}");
                break;
            case "unguarded":
                unguarded = effect.Detail.Split(' ');
                break;
            case "component" when effect.Detail.EndsWith(" begin", StringComparison.Ordinal):
                yield return new Effect(effect.At, zone.Name, id, effect.Detail, Packages: true, unguarded);
                unguarded = [];
                break;
            case "marker":
                yield return new Effect(effect.At, zone.Name, id, $"marker {effect.Detail}");
                break;
            case "node-effect":
                yield return new Effect(effect.At, zone.Name, id, $"{effect.Detail} @{effect.Node}");
                break;
            case "prompt":
                asked[id] = effect.Detail;
                prompts[id] = prompts.GetValueOrDefault(id) + 1;
                yield return new PromptShown(effect.At, zone.Name, id, $"prompt {prompts[id]}", prompts[id]);
                break;
            case "answer" or "eof-loop":
                // What was read for another question, or without one, was given for another prompt.
                var fits = asked.GetValueOrDefault(id) is { } question && effect.What == "answer" && effect.Detail.EndsWith("<- " + question, StringComparison.Ordinal);
                asked[id] = null;
                yield return new AnswerTaken(effect.At, zone.Name, id, $"prompt {prompts.GetValueOrDefault(id)}", fits ? prompts[id] : -1, effect.Detail);
                break;
        }
    }

    private List<HistoryEvent> Lost(DateTimeOffset at)
    {
        List<HistoryEvent> lost = [.. running.Select(id => new ExecutionEnded(at, zone.Name, id, "lost"))];
        running.Clear();
        return lost;
    }
}
