using System.Text;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Tests.Phases.Scripted;

/// <summary>A command that runs, prints, reads its terminal and ends, whoever follows it.</summary>
internal sealed class ScriptedExecution
{
    private readonly Lock _lock = new();
    private readonly List<byte> _output = [];
    private readonly Dictionary<long, string> _answers = [];
    private readonly CancellationTokenSource _kill = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<string>? _reading;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ScriptedExecution(Func<ScriptedTerminal, Task<int>> run) => _ = RunAsync(run);

    public ExecutionState State { get; set; } = ExecutionState.Running;
    public int? Exit { get; private set; }
    public bool Killed => _kill.IsCancellationRequested;
    public Task Ended => _ended.Task;
    public bool Reading => _reading is not null;

    /// <summary>Its output was removed after its end was recorded.</summary>
    public bool Cleaned { get; set; }

    public long Printed
    {
        get
        {
            lock (_lock)
                return _output.Count;
        }
    }

    public void Kill() => _kill.Cancel();

    public void Print(string text)
    {
        lock (_lock)
        {
            _output.AddRange(Encoding.UTF8.GetBytes(text));
            Changed();
        }
    }

    public Task<string> ReadLineAsync()
    {
        lock (_lock)
        {
            _reading = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            Changed();
            return _reading.Task.WaitAsync(_kill.Token);
        }
    }

    public AnswerReply Answer(long offset, string text)
    {
        lock (_lock)
        {
            if (_answers.TryGetValue(offset, out var known))
                return known == text ? new AnswerReply(AnswerState.Applied, true, Refusal.None, "duplicate") : new AnswerReply(AnswerState.Conflict, false, Refusal.None, known);
            if (State != ExecutionState.Running || offset != _output.Count || _reading is not { } reading)
                return new AnswerReply(AnswerState.Stale, false, Refusal.None, "");
            _answers[offset] = text;
            _reading = null;
            reading.SetResult(text);
            return new AnswerReply(AnswerState.Applied, false, Refusal.None, "");
        }
    }

    public async Task FollowAsync(long offset, OutputHandler onOutput, CancellationToken cancellationToken)
    {
        var blocked = false;
        while (true)
        {
            byte[] fresh;
            bool reading;
            bool over;
            Task changed;
            lock (_lock)
            {
                fresh = [.. _output.Skip((int)offset).Take(7)];
                reading = _reading is not null;
                over = State != ExecutionState.Running && offset + fresh.Length == _output.Count;
                changed = _changed.Task;
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (fresh.Length > 0)
            {
                await onOutput(offset, fresh, 0, false, cancellationToken);
                offset += fresh.Length;
                blocked = false;
                continue;
            }
            if (reading != blocked)
                await onOutput(offset, ReadOnlyMemory<byte>.Empty, 0, blocked = reading, cancellationToken);
            if (over)
                return;
            await changed.WaitAsync(cancellationToken);
        }
    }

    private async Task RunAsync(Func<ScriptedTerminal, Task<int>> run)
    {
        await Task.Yield();
        int code;
        try
        {
            code = await run(new ScriptedTerminal(this, _kill.Token));
        }
        catch (OperationCanceledException)
        {
            code = 143;
        }
        lock (_lock)
        {
            Exit = code;
            State = ExecutionState.Exited;
            _reading = null;
            Changed();
        }
        _ended.SetResult();
    }

    private void Changed()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}

internal sealed class ScriptedTerminal(ScriptedExecution execution, CancellationToken killed)
{
    public CancellationToken Killed => killed;

    public Task PrintAsync(string text)
    {
        killed.ThrowIfCancellationRequested();
        execution.Print(text);
        return Task.CompletedTask;
    }

    public async Task<string> AskAsync(string prompt)
    {
        execution.Print(prompt);
        return await execution.ReadLineAsync();
    }
}
