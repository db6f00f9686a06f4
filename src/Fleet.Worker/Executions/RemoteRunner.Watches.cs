using System.Globalization;
using System.Text;

namespace Fleet.Worker.Executions;

internal sealed partial class RemoteRunner
{
    private const int MaxPlanBytes = 256 * 1024;

    public async Task<WatchReply> ArmAsync(ArmWatch arm, CancellationToken cancellationToken)
    {
        RequireId(arm.WatchId);
        var plan = Encoding.UTF8.GetBytes(arm.Plan);
        var seconds = (long)arm.Limit.TotalSeconds;
        if (plan.Length is 0 or > MaxPlanBytes || seconds < 1)
            return new WatchReply(Refusal.BadInput, "watch", Status: null);
        var command = _command.Arm(arm.WatchId, arm.Epoch, _installation, seconds.ToString(CultureInfo.InvariantCulture), Sha(plan), plan.Length);
        return await ChangeAsync(command, plan, arm.Epoch, cancellationToken);
    }

    public async Task<WatchReply> RenewAsync(string watchId, long epoch, string installation, CancellationToken cancellationToken)
    {
        RequireId(watchId);
        return RunnerCommand.IsWord(installation)
            ? Watch(await _conversation.AskAsync(_command.OfWatch("renew", watchId, epoch, installation), default, cancellationToken))
            : new WatchReply(Refusal.BadInput, "installation", Status: null);
    }

    public async Task<WatchReply> DisarmAsync(string watchId, long epoch, CancellationToken cancellationToken)
    {
        RequireId(watchId);
        return await ChangeAsync(_command.OfWatch("disarm", watchId, epoch, _installation), default, epoch, cancellationToken);
    }

    public async Task<WatchReply> WatchAsync(string watchId, CancellationToken cancellationToken)
    {
        RequireId(watchId);
        return Watch(await _conversation.AskAsync(_command.OfWatch("watch", watchId), default, cancellationToken));
    }

    private async Task<WatchReply> ChangeAsync(string command, ReadOnlyMemory<byte> input, long epoch, CancellationToken cancellationToken)
    {
        var line = await _conversation.AskAsync(command, input, cancellationToken);
        // A clean by another version took our file away; a loop may live without it.
        if (line.Word == "missing" && _installation != NotAttached && (await AttachAsync(new AttachZone(epoch, _installation), cancellationToken)).Refusal == Refusal.None)
            line = await _conversation.AskAsync(command, input, cancellationToken);
        return line.Word == "missing" ? new WatchReply(Refusal.Unsupported, "runner", Status: null) : Watch(line);
    }

    private static WatchReply Watch(RunnerLine line) => line.Word switch
    {
        "ok" or "watch" => new WatchReply(Refusal.None, "", WatchStatus.Of(line) ?? throw Unintelligible(line)),
        "refused" => new WatchReply(line.Refusal, line.Text("detail") ?? "", Status: null),
        "missing" => new WatchReply(Refusal.None, "", WatchStatus.Absent),
        _ => throw Unintelligible(line),
    };
}
