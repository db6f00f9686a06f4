using Fleet.Sealing;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Signatures;
using Fleet.Worker.Ssh;
using Microsoft.Extensions.Configuration;

namespace Fleet.Worker;

/// <summary>A worker's whole configuration.</summary>
public static class WorkerSettings
{
    /// <summary>Reads <c>Fleet:Worker</c> and checks the worker's other sections too.</summary>
    /// <param name="problems">Gets all that is wrong, each naming the key, the value and what is allowed.</param>
    public static WorkerOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var options = WorkerOptions.Read(configuration, problems);
        SshOptions.Read(configuration, problems);
        ArtifactOptions.Read(configuration, problems);
        ServerAccessOptions.Read(configuration, problems);
        TranscriptKeys.Check(configuration, problems);
        RunbookTrustOptions.Read(configuration, problems);
        return options;
    }

    /// <exception cref="InvalidOperationException">Something is wrong; all errors at once.</exception>
    internal static T Whole<T>(Func<ICollection<string>, T> read)
    {
        var problems = new List<string>();
        var options = read(problems);
        return problems.Count == 0 ? options : throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
    }
}
