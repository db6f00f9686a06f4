using System.Text;
using Fleet.Checking;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;

namespace Fleet.Simulation.Zones;

/// <summary>One execution on a firstbox, as the remote runner keeps it: it goes on whoever follows, and its record outlives it.</summary>
internal sealed class ZoneRun
{
    private readonly Firstbox _firstbox;
    private readonly Dictionary<long, string> _answers = [];
    private readonly List<byte> _output = [];
    private readonly Stack<Act> _acts = new();
    private readonly Signal _changed = new();
    private Act.Ask? _asking;
    private int _prompts;

    public ZoneRun(Firstbox firstbox, string id, IReadOnlyList<Act> acts)
    {
        _firstbox = firstbox;
        Id = id;
        Push(acts);
    }

    public string Id { get; }
    public ExecutionState State { get; private set; } = ExecutionState.Running;
    public int? Exit { get; private set; }
    public bool Cancelled { get; private set; }
    public bool Reading => _asking is not null;
    public long Printed => _output.Count;
    public string? Verdict { get; set; }
    public ReadOnlySpan<byte> Output => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_output);

    public Signal Changed => _changed;

    public byte[] From(long offset) => [.. _output.Skip((int)offset)];

    public void Begin() => Next();

    public AnswerReply Answer(long offset, string text, bool anyPrompt)
    {
        if (!anyPrompt && _answers.TryGetValue(offset, out var known))
            return known == text ? new(AnswerState.Applied, true, Refusal.None, "duplicate") : new(AnswerState.Conflict, false, Refusal.None, known);
        if (State != ExecutionState.Running)
            return new(AnswerState.Refused, false, Refusal.NotRunning, "");
        if ((offset != Printed && !anyPrompt) || _asking is not { } asking)
            return new(AnswerState.Stale, false, Refusal.None, "");
        _answers[offset] = text;
        _asking = null;
        _firstbox.World.Tell(new AnswerTaken(_firstbox.World.Now, _firstbox.Name, Id, $"prompt {_prompts}", offset, text));
        Push(text is "yes" or "y" ? asking.Yes : asking.No);
        Print("\n");
        _firstbox.Later(TimeSpan.FromMilliseconds(5), Next);
        return new(AnswerState.Applied, false, Refusal.None, "");
    }

    public void Kill()
    {
        if (State != ExecutionState.Running)
            return;
        Cancelled = true;
        End(ExecutionState.Exited, 143, "killed");
    }

    /// <summary>The firstbox went down under it.</summary>
    public void Lose()
    {
        if (State == ExecutionState.Running)
            End(ExecutionState.Lost, null, "lost");
    }

    private void Push(IReadOnlyList<Act> acts)
    {
        for (var i = acts.Count - 1; i >= 0; i--)
            _acts.Push(acts[i]);
    }

    private void Next()
    {
        while (State == ExecutionState.Running)
        {
            switch (_acts.TryPop(out var act) ? act : new Act.Exit(0))
            {
                case Act.Print print:
                    Print(print.Text);
                    break;
                case Act.Work work:
                    _firstbox.Later(work.Time, Next);
                    return;
                case Act.Change change:
                    _firstbox.World.Tell(new Effect(_firstbox.World.Now, _firstbox.Name, Id, change.What, change.Packages, change.Packages ? _firstbox.Unflagged : null));
                    break;
                case Act.Flags flags:
                    _firstbox.SetFlags(flags.There);
                    break;
                case Act.Ask ask:
                    _prompts++;
                    Print(ask.Text);
                    _asking = ask;
                    _firstbox.World.Tell(new PromptShown(_firstbox.World.Now, _firstbox.Name, Id, $"prompt {_prompts}", Printed));
                    _changed.Set();
                    return;
                case Act.Exit exit:
                    End(ExecutionState.Exited, exit.Code, $"exit {exit.Code}");
                    return;
            }
        }
    }

    private void Print(string text)
    {
        _output.AddRange(Encoding.UTF8.GetBytes(text));
        _changed.Set();
    }

    private void End(ExecutionState state, int? exit, string how)
    {
        State = state;
        Exit = exit;
        _asking = null;
        _firstbox.World.Tell(new ExecutionEnded(_firstbox.World.Now, _firstbox.Name, Id, how));
        _changed.Set();
    }
}
