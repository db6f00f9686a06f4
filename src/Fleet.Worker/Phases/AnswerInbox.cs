using Fleet.Contracts.Phases;

namespace Fleet.Worker.Phases;

/// <summary>Answers on their way to a prompt. The same decision is taken once; the coordinator may send it many times.</summary>
internal sealed class AnswerInbox
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, AnswerPrompt> _waiting = [];
    private readonly HashSet<Guid> _taken = [];

    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);

    /// <summary>Woken when an answer arrives.</summary>
    public WakeUp? Listener { get; set; }

    public void Offer(AnswerPrompt answer)
    {
        lock (_lock)
        {
            if (_taken.Contains(answer.DecisionId) || !_waiting.TryAdd(answer.DecisionId, answer))
                return;
        }
        Listener?.Set();
    }

    /// <summary>The next answer for this execution (any, when null), which counts as taken from now on.</summary>
    public AnswerPrompt? Take(string? executionId)
    {
        lock (_lock)
        {
            var answer = _waiting.Values.FirstOrDefault(a => executionId is null || a.ExecutionId == executionId);
            if (answer is null)
                return null;
            _waiting.Remove(answer.DecisionId);
            _taken.Add(answer.DecisionId);
            return answer;
        }
    }

    /// <summary>No answer reaches this execution any more.</summary>
    public void End(string executionId)
    {
        lock (_lock)
            _ended.Add(executionId);
    }

    /// <summary>The next answer for an execution that has ended.</summary>
    public AnswerPrompt? TakeLate()
    {
        lock (_lock)
        {
            var late = _waiting.Values.FirstOrDefault(a => _ended.Contains(a.ExecutionId));
            if (late is null)
                return null;
            _waiting.Remove(late.DecisionId);
            _taken.Add(late.DecisionId);
            return late;
        }
    }

    /// <summary>It could not be given now: when it is sent again it is taken again.</summary>
    public void PutBack(AnswerPrompt answer)
    {
        lock (_lock)
            _taken.Remove(answer.DecisionId);
    }
}
