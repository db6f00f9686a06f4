using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Ssh;

/// <summary>The link to a firstbox could not be made or broke. What ran there goes on; the reason is a code that people can be told.</summary>
internal sealed class SshLinkException(Finding reason, bool transient, Exception? inner = null)
    : Exception($"{reason.Code}: {string.Join(", ", reason.Args.Select(a => $"{a.Key}={a.Value}"))}", inner)
{
    public Finding Reason { get; } = reason;

    /// <summary>Trying to connect again may help (refused, reset, timed out); false for keys, logins and algorithms.</summary>
    public bool Transient { get; } = transient;
}
