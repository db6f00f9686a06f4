using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Facts;

public sealed record SupervisedService(string Name, string State, string Detail)
{
    public bool IsRunning => State == "RUNNING";

    /// <summary>May still become RUNNING by itself.</summary>
    public bool IsSettling => State is "STARTING" or "BACKOFF" or "STOPPING";
}

/// <summary>What <c>supervisorctl status</c> prints (Q8). Its exit code means different things in different versions; the states do not.</summary>
public sealed partial record SupervisorStatus(IReadOnlyList<SupervisedService> Services, IReadOnlyList<string> OtherLines)
{
    /// <summary>No service was listed: supervisord does not answer. Never healthy.</summary>
    public bool NoAnswer => Services.Count == 0;

    public bool AllRunning => Services.Count > 0 && Services.All(s => s.IsRunning);

    public IReadOnlyList<SupervisedService> NotRunning => [.. Services.Where(s => !s.IsRunning)];

    /// <summary>Waiting can help: something is on its way, and nothing is down for good.</summary>
    public bool IsSettling => NoAnswer || (!AllRunning && NotRunning.All(s => s.IsSettling));

    public static SupervisorStatus Read(string text)
    {
        var services = new List<SupervisedService>();
        var other = new List<string>();
        foreach (var line in Lines.Of(text))
        {
            var match = Service().Match(line);
            if (match.Success)
                services.Add(new SupervisedService(match.Groups["name"].Value, match.Groups["state"].Value, match.Groups["detail"].Value.Trim()));
            else
                other.Add(line);
        }

        return new SupervisorStatus(services, other);
    }

    [GeneratedRegex(@"^\s*(?<name>\S+)\s+(?<state>RUNNING|STARTING|STOPPED|STOPPING|EXITED|BACKOFF|FATAL|UNKNOWN)(?:\s+(?<detail>.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Service();
}
