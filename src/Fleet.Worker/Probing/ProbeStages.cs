using Fleet.Contracts.Decisions;
using Fleet.Contracts.Probes;

namespace Fleet.Worker.Probing;

/// <summary>Which stage of a probe a reason belongs to; all stages before it were passed.</summary>
internal static class ProbeStages
{
    public const string Route = "route";
    public const string Bastion = "bastion";
    public const string Algorithm = "algorithm";
    public const string HostKey = "host-key";
    public const string Login = "login";
    public const string Root = "root";
    public const string Standing = "standing";

    /// <param name="jumps">There are bastions on the way.</param>
    /// <param name="bastion">The index of the bastion at which it failed; null: at the firstbox, or nowhere.</param>
    /// <param name="problem">Null: all is well.</param>
    public static IReadOnlyList<ProbeStage> Of(ProbeDepth depth, bool jumps, int? bastion, Finding? problem)
    {
        var order = Order(depth, jumps);
        if (problem is null)
            return [.. order.Select(name => new ProbeStage(name, Problem: null))];
        var failed = StageOf(problem.Code, bastion);
        return [.. order.TakeWhile(name => name != failed).Select(name => new ProbeStage(name, Problem: null)), new ProbeStage(failed, problem)];
    }

    internal static string StageOf(string code, int? bastion) => (bastion, code) switch
    {
        (0, "ssh-bastion-unreachable" or "ssh-bastion-timeout" or "ssh-no-ssh-there") => Route,
        (not null, _) or (_, "ssh-bastion-cannot-reach") => Bastion,
        (_, "ssh-unreachable" or "ssh-timeout" or "ssh-no-ssh-there") => Route,
        (_, "ssh-no-common-algorithm" or "ssh-algorithms-unsupported" or "ssh-handshake-failed") => Algorithm,
        (_, "ssh-host-key-unknown" or "ssh-host-key-changed" or "ssh-host-key-revoked") => HostKey,
        (_, "ssh-not-root" or "ssh-sudo-refused" or "ssh-root-timeout" or "ssh-become-unknown") => Root,
        (_, "probe-standing-failed") => Standing,
        _ => Login,
    };

    private static List<string> Order(ProbeDepth depth, bool jumps)
    {
        List<string> order = jumps ? [Route, Bastion, Algorithm] : [Route, Algorithm];
        if (depth is ProbeDepth.Login or ProbeDepth.Standing)
            order.AddRange([HostKey, Login, Root]);
        if (depth is ProbeDepth.Standing)
            order.Add(Standing);
        return order;
    }
}
