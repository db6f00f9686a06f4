using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;

namespace Fleet.Worker.Phases;

/// <summary>Runbooks by digest, read and checked.</summary>
internal interface IRunbooks
{
    /// <exception cref="PhaseHoldException">It cannot be had, or is not what it should be.</exception>
    Task<Runbook> GetAsync(RunbookRef runbook, CancellationToken cancellationToken);
}
