using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Worker.Ssh;

/// <summary>The upgrade needs root: it is asked for before anything is done, so that a wrong sudo password is one sentence and not a failed step.</summary>
internal static class RootCheck
{
    public static async Task RequireAsync(IRemoteShell shell, string zone, FirstboxConnection connection, TimeSpan limit, CancellationToken cancellationToken)
    {
        var firstbox = connection.Firstbox;
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(limit);
        RemoteResult asked;
        try
        {
            asked = await shell.RunAsync("id -u", timed.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SshLinkException(Finding.Of("ssh-root-timeout", ("host", $"{firstbox.Host}:{firstbox.Port}"), ("zone", zone), ("seconds", $"{limit.TotalSeconds:0}")), transient: true);
        }

        if (Verdict(asked, zone, connection) is { } problem)
            throw new SshLinkException(problem, transient: false);
    }

    internal static Finding? Verdict(RemoteResult asked, string zone, FirstboxConnection connection)
    {
        var uid = asked.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()?.Trim();
        if (asked.Ok && uid == "0")
            return null;
        var (host, user) = ($"{connection.Firstbox.Host}:{connection.Firstbox.Port}", connection.Firstbox.User);
        var finding = connection.Become is null
            ? Finding.Of("ssh-not-root", ("user", user), ("host", host), ("zone", zone))
            : Finding.Of("ssh-sudo-refused", ("user", user), ("host", host), ("zone", zone));
        return finding.WithLines(asked.ErrorText.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
