using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Worker.Steps;

/// <summary>Reads a guard back on the nodes that it was set on.</summary>
internal interface IGuardReader
{
    /// <summary>The guard's name, like <c>rescue-disabled</c>.</summary>
    string Guard { get; }

    /// <summary>Null when it is in force on every one of its nodes; else what is missing, or why it could not be read.</summary>
    Task<Finding?> MissingAsync(IStepContext context, GuardState guard, CancellationToken cancellationToken);
}
