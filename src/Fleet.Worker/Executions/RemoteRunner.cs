using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fleet.Contracts.Decisions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Executions;

/// <summary>Speaks with the runner on a firstbox through one connection. Holds nothing that must survive: another worker with the same ids sees the same executions.</summary>
/// <param name="root">The folder on the firstbox that is the runner's: <see cref="DefaultRoot"/> but in tests and on machines that stand for several zones.</param>
internal sealed partial class RemoteRunner(IRemoteShell shell, TimeProvider time, string root = RemoteRunner.DefaultRoot) : IRemoteRunner
{
    public const string DefaultRoot = "/var/lib/fleet";
    private const string NotAttached = "-";
    private const int MaxScriptBytes = 4 * 1024 * 1024;
    private const int MaxAnswerBytes = 1000;
    private const int MaxVerdictBytes = 400;
    private const long MinLogLimit = 1024 * 1024;
    private const long MaxLogLimit = 4L * 1024 * 1024 * 1024;

    private readonly RunnerCommand _command = new(root);
    private readonly RunnerConversation _conversation = new(shell, time);
    private string _installation = NotAttached;

    public async Task<RunnerReply> AttachAsync(AttachZone attach, CancellationToken cancellationToken)
    {
        if (!RunnerCommand.IsWord(attach.Installation))
            return new RunnerReply(Refusal.BadInput, "installation", Status: null);
        var line = await _conversation.AskAsync(_command.Attach(attach), default, cancellationToken);
        if (line.Word == "missing")
            line = await _conversation.AskAsync(_command.Install(attach), RunnerFile.Bytes, cancellationToken);
        if (line.Refusal == Refusal.None)
            _installation = attach.Installation;
        return Reply(line);
    }

    public async Task<ExecutionStatus> StatusAsync(string executionId, CancellationToken cancellationToken)
    {
        RequireId(executionId);
        var line = await _conversation.AskAsync(_command.OfRun("status", executionId), default, cancellationToken);
        if (line.Word == "missing")
            line = await _conversation.AskAsync(_command.Unattached("status", executionId), RunnerFile.Bytes, cancellationToken);
        return line.Status() ?? throw Unintelligible(line);
    }

    public async Task<IReadOnlyList<string>> RunsAsync(string prefix, CancellationToken cancellationToken)
    {
        RequireId(prefix);
        var line = await _conversation.AskAsync(_command.OfRun("runs", prefix), default, cancellationToken);
        return line.Word == "runs" ? line.Text("ids")?.Split(',') ?? [] : throw Unintelligible(line);
    }

    public async Task<StartReply> StartAsync(StartExecution start, OutputHandler onOutput, CancellationToken cancellationToken)
    {
        RequireId(start.ExecutionId);
        var script = Encoding.UTF8.GetBytes(start.Script);
        if (script.Length is 0 or > MaxScriptBytes || !RunnerCommand.IsWord(start.BootId) || start.LogLimit is < MinLogLimit or > MaxLogLimit)
            return new StartReply(Refusal.BadInput, "start", await StatusAsync(start.ExecutionId, cancellationToken));
        var command = _command.OfRun(
            "start", start.ExecutionId, start.Epoch, _installation, start.BootId, Sha(script), script.Length, start.LogLimit, 0);
        var follower = new OutputFollower(0, onOutput);
        var line = await _conversation.FollowAsync(command, script, follower, cancellationToken);
        // The supervisor was ended before its claim: nothing ran, so it is asked once more.
        if (line?.Refusal == Refusal.NotStarted)
            line = await _conversation.FollowAsync(command, script, follower, cancellationToken);
        if (line?.Word == "missing")
        {
            // A clean by another version took our file away: nothing was started, so it is put back.
            if (_installation == NotAttached)
                return new StartReply(Refusal.NotStarted, "not-attached", await StatusAsync(start.ExecutionId, cancellationToken));
            var attached = await AttachAsync(new AttachZone(start.Epoch, _installation), cancellationToken);
            if (attached.Refusal != Refusal.None)
                return new StartReply(attached.Refusal, attached.Detail, await StatusAsync(start.ExecutionId, cancellationToken));
            line = await _conversation.FollowAsync(command, script, follower, cancellationToken);
        }

        if (line is null)
            return new StartReply(Refusal.None, "", await FollowOnAsync(start.ExecutionId, follower, cancellationToken));
        return new StartReply(line.Refusal, line.Text("detail") ?? "", line.Status() ?? await StatusAsync(start.ExecutionId, cancellationToken));
    }

    public async Task<ExecutionStatus> FollowAsync(string executionId, long offset, OutputHandler onOutput, CancellationToken cancellationToken)
    {
        RequireId(executionId);
        return await FollowOnAsync(executionId, new OutputFollower(offset, onOutput), cancellationToken);
    }

    public async Task<AnswerReply> AnswerAsync(string executionId, long epoch, long offset, string text, CancellationToken cancellationToken)
    {
        RequireId(executionId);
        var bytes = Encoding.UTF8.GetBytes(text + "\n");
        if (text.Any(char.IsControl) || bytes.Length > MaxAnswerBytes + 1)
            return new AnswerReply(AnswerState.Refused, Duplicate: false, Refusal.BadInput, "characters");
        var line = await _conversation.AskAsync(
            _command.OfRun("answer", executionId, epoch, _installation, offset, Sha(bytes), bytes.Length), bytes, cancellationToken);
        var detail = line.Text("detail") ?? "";
        return (line.Word, line.Text("state")) switch
        {
            ("answer", "applied") => new AnswerReply(AnswerState.Applied, detail == "duplicate", Refusal.None, detail),
            ("answer", "unknown") => new AnswerReply(AnswerState.Unknown, detail == "duplicate", Refusal.None, detail),
            ("answer", "stale") => new AnswerReply(AnswerState.Stale, Duplicate: false, Refusal.None, detail),
            ("answer", "conflict") => new AnswerReply(AnswerState.Conflict, Duplicate: false, Refusal.None, detail),
            ("missing", _) => new AnswerReply(AnswerState.Stale, Duplicate: false, Refusal.None, "absent"),
            ("refused", _) => new AnswerReply(AnswerState.Refused, Duplicate: false, line.Refusal, detail),
            _ => throw Unintelligible(line),
        };
    }

    public async Task<CancelReply> CancelAsync(string executionId, long epoch, TimeSpan grace, CancellationToken cancellationToken)
    {
        RequireId(executionId);
        var tenths = (long)Math.Clamp(Math.Ceiling(grace.TotalSeconds * 10), 0, 36_000);
        var line = await _conversation.AskAsync(
            _command.OfRun("cancel", executionId, epoch, _installation, tenths), default, cancellationToken, patience: grace);
        if (line.Word == "missing")
            return new CancelReply(Refusal.NotRunning, "absent", 0, Status: null);
        return new CancelReply(line.Refusal, line.Text("detail") ?? "", (int)(line.Number("left") ?? 0), line.Status());
    }

    public async Task<RunnerReply> ResolveAsync(string executionId, long epoch, string verdict, CancellationToken cancellationToken)
    {
        RequireId(executionId);
        var bytes = Encoding.UTF8.GetBytes(verdict);
        if (string.IsNullOrWhiteSpace(verdict) || verdict.Any(char.IsControl) || bytes.Length > MaxVerdictBytes)
            return new RunnerReply(Refusal.BadInput, "verdict", Status: null);
        return Reply(await _conversation.AskAsync(_command.OfRun("resolve", executionId, epoch, _installation, bytes.Length), bytes, cancellationToken));
    }

    public async Task<RunnerReply> CleanAsync(string executionId, long epoch, CancellationToken cancellationToken)
    {
        RequireId(executionId);
        return Reply(await _conversation.AskAsync(_command.OfRun("clean", executionId, epoch, _installation), default, cancellationToken));
    }

    public async Task<FencedReply> FencedAsync(long epoch, string script, CancellationToken cancellationToken)
    {
        var result = await shell.RunAsync(_command.Fenced(epoch, _installation, script), cancellationToken);
        var (line, rest) = RunnerConversation.FirstLine(result.Output);
        return line?.Word switch
        {
            // The shell read it all before it ran any of it, and found that it is no script.
            null when result.ExitCode is not null => new FencedReply(Refusal.BadInput, "script", result),
            null => throw new SshLinkException(Finding.Of("runner-no-answer"), transient: true),
            "entered" => new FencedReply(Refusal.None, "", result with { Output = rest }),
            "refused" => new FencedReply(line.Refusal, line.Text("detail") ?? "", Result: null),
            "missing" => new FencedReply(Refusal.Unsupported, "runner", Result: null),
            _ => throw Unintelligible(line),
        };
    }

    /// <summary>An exec that ended early is taken up again while something comes of it; a link that is gone throws out of here.</summary>
    private async Task<ExecutionStatus> FollowOnAsync(string executionId, OutputFollower follower, CancellationToken cancellationToken)
    {
        for (var barren = 0; barren < 3; barren++)
        {
            var before = follower.Offset;
            var line = await _conversation.FollowAsync(_command.OfRun("follow", executionId, before), default, follower, cancellationToken);
            if (line?.Word == "missing")
                return await StatusAsync(executionId, cancellationToken);
            if (line is not null)
                return line.Status() ?? throw Unintelligible(line);
            if (follower.Offset > before)
                barren = -1;
        }

        throw new SshLinkException(Finding.Of("runner-stream-broken", ("offset", follower.Offset.ToString(CultureInfo.InvariantCulture))), transient: true);
    }

    private static RunnerReply Reply(RunnerLine line) => line.Word switch
    {
        "ok" => new RunnerReply(Refusal.None, "", line.Status()),
        "refused" => new RunnerReply(line.Refusal, line.Text("detail") ?? "", line.Status()) { Fence = line.Number("fence") ?? 0 },
        "missing" => new RunnerReply(Refusal.NotRunning, "absent", Status: null),
        _ => throw Unintelligible(line),
    };

    private static SshLinkException Unintelligible(RunnerLine line) =>
        new(Finding.Of("runner-unintelligible", ("word", line.Word)), transient: false);

    private static string Sha(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void RequireId(string executionId)
    {
        if (!RunnerCommand.IsWord(executionId))
            throw new ArgumentException("An execution id has letters, digits, dots, dashes and underscores, at most 100.", nameof(executionId));
    }
}
