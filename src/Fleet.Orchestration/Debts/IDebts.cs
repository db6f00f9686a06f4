using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration.Debts;

/// <summary>What stays to be done on zones, beyond rollouts.</summary>
public interface IDebts
{
    /// <param name="zone">Null: all zones.</param>
    Task<IReadOnlyList<DebtView>> ListAsync(string? zone, bool openOnly, CancellationToken cancellationToken);

    Task<Result<DebtView>> SettleAsync(Guid id, string? comment, string actor, CancellationToken cancellationToken);
}

public sealed record DebtView
{
    public required Guid Id { get; init; }
    public required string Zone { get; init; }
    public required Guid ZoneUpgradeId { get; init; }
    public required Debt Debt { get; init; }
    public required DateTimeOffset Since { get; init; }
    public DateTimeOffset? SettledAt { get; init; }
    public string? SettledBy { get; init; }
    public string? Comment { get; init; }
}
