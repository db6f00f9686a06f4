using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Ssh;

/// <summary>The link is well, but what was asked of the firstbox could not be done: output over the limit, a file that cannot be written.</summary>
internal sealed class RemoteShellException(Finding reason) : Exception($"{reason.Code}: {string.Join(", ", reason.Args.Select(a => $"{a.Key}={a.Value}"))}")
{
    public Finding Reason { get; } = reason;
}
