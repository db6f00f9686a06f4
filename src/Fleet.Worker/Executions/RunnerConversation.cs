using Fleet.Contracts.Decisions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Executions;

/// <summary>One exec of the runner: its line of answer, or its frames until it says how the command ended. A link on which nothing comes for too long counts as broken.</summary>
internal sealed class RunnerConversation(IRemoteShell shell, TimeProvider time)
{
    /// <summary>A follower hears a heartbeat every five seconds; a verb waits twenty for the zone's lock and a little for its work.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    /// <exception cref="SshLinkException">Also when the exec ended without an answer.</exception>
    public async Task<RunnerLine> AskAsync(string command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken, TimeSpan patience = default) =>
        await ReadAsync(command, input, follower: null, Silence + patience, cancellationToken)
            ?? throw new SshLinkException(Finding.Of("runner-no-answer"), transient: true);

    /// <summary>The line with which the runner ended, null when the exec ended before it or a frame was torn.</summary>
    public Task<RunnerLine?> FollowAsync(string command, ReadOnlyMemory<byte> input, OutputFollower follower, CancellationToken cancellationToken) =>
        ReadAsync(command, input, follower, Silence, cancellationToken);

    /// <summary>The runner's first line in a buffered answer, and what stands behind it; no line when it said none.</summary>
    public static (RunnerLine? Line, byte[] Behind) FirstLine(byte[] output)
    {
        ReadOnlyMemory<byte> rest = output;
        return new RunnerFrameReader().Next(ref rest) is RunnerFrame.Line line ? (line.Content, rest.ToArray()) : (null, []);
    }

    private async Task<RunnerLine?> ReadAsync(
        string command, ReadOnlyMemory<byte> input, OutputFollower? follower, TimeSpan silence, CancellationToken cancellationToken)
    {
        using var alarm = new CancellationTokenSource(silence, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, alarm.Token);
        var reader = new RunnerFrameReader();
        RunnerLine? last = null;
        var broken = false;
        try
        {
            await shell.StreamAsync(command, input, TakeAsync, stop.Token);
        }
        catch (OperationCanceledException) when (broken && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (alarm.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SshLinkException(Finding.Of("runner-silent", ("seconds", $"{silence.TotalSeconds:0}")), transient: true);
        }

        return broken ? null : last;

        async ValueTask TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
        {
            // While the bytes are handed on nobody listens for the zone: only its silence counts.
            alarm.CancelAfter(Timeout.InfiniteTimeSpan);
            while (!broken && reader.Next(ref bytes) is { } frame)
            {
                if (frame is RunnerFrame.Line line)
                    last = line.Content;
                else if (follower is not null)
                    broken |= !await follower.TakeAsync(frame, token);
            }

            broken |= reader.Torn;
            if (broken)
                await stop.CancelAsync();
            else
                alarm.CancelAfter(silence);
        }
    }
}
