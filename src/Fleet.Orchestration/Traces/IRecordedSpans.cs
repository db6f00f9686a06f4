using System.Diagnostics;

namespace Fleet.Orchestration.Traces;

/// <summary>Where spans from records go.</summary>
public interface IRecordedSpans
{
    /// <summary>False: nobody wants any, and none are owed.</summary>
    bool Wanted { get; }

    /// <returns>True: whoever receives them has taken all of them. False: none count as taken, and all may be given again.</returns>
    Task<bool> ExportAsync(IReadOnlyList<Activity> spans, CancellationToken cancellationToken);
}

/// <summary>Where nobody said where spans go.</summary>
internal sealed class NoRecordedSpans : IRecordedSpans
{
    public bool Wanted => false;

    public Task<bool> ExportAsync(IReadOnlyList<Activity> spans, CancellationToken cancellationToken) => Task.FromResult(true);
}
