using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Executions;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Phases.Prompts;

/// <summary>The open prompt of one execution: raised once, answered at its own offset, withdrawn when it is gone; and the cancel that takes effect at it.</summary>
internal sealed class PromptDesk(DispatchScope scope, Step step, int attempt, string executionId)
{
    private readonly List<AnsweredPrompt> _answered = [];
    private SeenPrompt? _open;
    private long _settledAt = -1;

    public IReadOnlyList<AnsweredPrompt> Answered => _answered;

    public bool HasOpen => _open is not null;

    /// <summary>A cancel was sent, answered or not.</summary>
    public bool Cancelling { get; private set; }

    /// <summary>Set once the execution was cancelled: what is to be told of it.</summary>
    public Finding? Cancelled { get; private set; }

    public bool IsOpen(SeenPrompt seen) => _open?.Offset == seen.Offset;

    /// <summary>A question that no rule knows has no safe point behind it that an abort could wait for.</summary>
    public bool MustCancel(StopMode? mode) => mode == StopMode.AbortNow || (mode == StopMode.Abort && _open is { } open && (open.Rule is null || open.Rule.SafePoint));

    /// <summary>The log has grown to here: a prompt before it is gone.</summary>
    public void Moved(long end)
    {
        if (_open is not { } open || end <= open.Offset)
            return;
        _open = null;
        Show();
        scope.Reports.Send(n => new PromptWithdrawn
        {
            ZoneUpgradeId = scope.ZoneUpgradeId,
            Epoch = scope.Epoch,
            Sequence = n,
            WorkerId = scope.Options.WorkerId,
            At = scope.Now,
            ExecutionId = executionId,
            Offset = open.Offset,
        });
    }

    public async Task RaiseAsync(SeenPrompt seen, string output, CancellationToken cancellationToken)
    {
        if (IsOpen(seen) || seen.Offset == _settledAt)
            return;
        var found = seen.Text.Length > 0 ? output.LastIndexOf(seen.Text, StringComparison.Ordinal) : -1;
        var question = found < 0 ? output.Length : found;
        var failed = seen.Rule?.FailedNodes == true ? NodeFailures.Before(output, question) : [];
        var context = ExecutionVerdict.LastLines(output, 12).ToList();
        var errors = new List<string>();
        if (failed.Count > 0)
        {
            var logs = await FailedNodeLogs.ReadAsync(scope, step, failed, cancellationToken);
            context.AddRange(logs);
            errors.AddRange(logs.Where(FailedNodeLogs.IsError));
        }
        var component = seen.Component ?? NodeFailures.ComponentBefore(output, question);
        var fingerprint = Fingerprints.OfPrompt(step.Name, component, seen.Text, errors, [.. scope.Names, .. failed]);
        _open = seen;
        Show(fingerprint);
        scope.Reports.Send(n => new PromptRaised
        {
            ZoneUpgradeId = scope.ZoneUpgradeId,
            Epoch = scope.Epoch,
            Sequence = n,
            WorkerId = scope.Options.WorkerId,
            At = scope.Now,
            Phase = scope.Phase.Name,
            Step = step.Name,
            Attempt = attempt,
            ExecutionId = executionId,
            Offset = seen.Offset,
            Rule = seen.Rule?.Name,
            Text = seen.Text,
            Fingerprint = fingerprint,
            Component = seen.Rule?.FailedNodes == true ? component : seen.Component,
            Nodes = seen.Rule?.FailedNodes == true ? NodeFailures.Tried(output, question) : 0,
            SafePoint = seen.Rule?.SafePoint == true,
            FailedNodes = failed,
            Context = [.. context.TakeLast(200).Select(l => l.Length <= 400 ? l : l[..400])],
        });
    }

    /// <summary>Gives the answers that have come. The zone decides whether each still meets its prompt.</summary>
    /// <param name="giving">Called with an answer's offset before it is given.</param>
    public async Task AnswerAsync(Action<long> giving, CancellationToken cancellationToken)
    {
        while (scope.Answers.Take(executionId) is { } answer)
        {
            await scope.Lease.WhenHeldAsync(cancellationToken);
            if (await ForeignWorkAsync(cancellationToken) is { } foreign)
            {
                // The coordinator sends it again until it was given.
                scope.Answers.PutBack(answer);
                TellForeignWork(foreign);
                return;
            }
            giving(answer.Offset);
            var reply = await scope.Link.UseAsync((_, runner) => runner.AnswerAsync(executionId, scope.Epoch, answer.Offset, answer.Text, cancellationToken), cancellationToken);
            if (reply.Refusal == Refusal.Fenced)
                throw new PhaseHoldException(Refusals.Told(reply.Refusal, reply.Detail));
            if (AnswerRules.Result(reply) is not { } result)
            {
                scope.Answers.PutBack(answer);
                return;
            }
            Settle(answer, result, reply.Duplicate);
        }
    }

    public async Task CancelAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        await scope.Lease.WhenHeldAsync(cancellationToken);
        Cancelling = true;
        var reply = await scope.Link.UseAsync((_, runner) => runner.CancelAsync(executionId, scope.Epoch, grace, cancellationToken), cancellationToken);
        if (reply.Refusal is not (Refusal.None or Refusal.NotRunning))
            throw new PhaseHoldException(Refusals.Told(reply.Refusal, reply.Detail), DecisionKind.UnknownOutcome);
        Cancelled = reply.Left == 0
            ? Finding.Of("execution-cancelled")
            : Finding.Of("execution-cancelled-left", ("count", reply.Left.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("detail", reply.Detail));
        LeftRunning = reply.Left > 0;
        // Nothing runs on the nodes at a safe point; anywhere else they were in mid-work.
        scope.Cancelled = new CancelledExecution(step.Name, LeftRunning || _open?.Rule?.SafePoint != true);
    }

    public bool LeftRunning { get; private set; }

    /// <summary>The execution ended: an open prompt is gone, and answers that still come find none.</summary>
    public Task CloseAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Cancelled is null)
            Moved(long.MaxValue);
        _open = null;
        scope.Answers.End(executionId);
        while (scope.Answers.Take(executionId) is { } late)
            Settle(late, AnswerResult.Withdrawn, duplicate: false);
        return Task.CompletedTask;
    }

    private async Task<Finding?> ForeignWorkAsync(CancellationToken cancellationToken)
    {
        var result = await scope.Link.UseAsync((shell, _) => shell.RunAsync(ZoneLook.Script(versionFile: null), cancellationToken), cancellationToken);
        return ZoneLook.Parse(result.Text).ForeignWork().FirstOrDefault();
    }

    private void TellForeignWork(Finding foreign) => scope.Reports.Send(n => new StepProgressed
    {
        ZoneUpgradeId = scope.ZoneUpgradeId,
        Epoch = scope.Epoch,
        Sequence = n,
        WorkerId = scope.Options.WorkerId,
        At = scope.Now,
        Phase = scope.Phase.Name,
        Step = step.Name,
        What = $"{foreign.Code}: {foreign.Args["user"]}, {foreign.Args["tty"]}, {foreign.Args["pid"]}: {foreign.Args["command"]}",
    });

    private void Settle(AnswerPrompt answer, AnswerResult result, bool duplicate)
    {
        if (_open is { } open && open.Offset == answer.Offset && result != AnswerResult.Withdrawn)
        {
            if (result == AnswerResult.Applied && !duplicate)
                _answered.Add(new AnsweredPrompt(open.Rule?.Name, open.Component, open.Text, answer.Text));
            _settledAt = open.Offset;
            _open = null;
            Show();
        }
        AnswerReports.Send(scope, answer, result);
    }

    private void Show(string? fingerprint = null) => scope.View.Change(v => v with { OpenPromptOffset = _open?.Offset, OpenPromptFingerprint = fingerprint });
}
