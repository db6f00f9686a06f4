using MassTransit;

namespace Fleet.Orchestration.ZoneUpgrades;

/// <summary>A zone upgrade at rest: its document, and columns of it that are asked for.</summary>
internal sealed class ZoneUpgradeSaga : SagaStateMachineInstance, ISagaVersion
{
    public Guid CorrelationId { get; set; }
    public int Version { get; set; }

    /// <summary>The state machine's state: the name of a <see cref="ZoneState"/>.</summary>
    public required string State { get; set; }
    public required ZoneUpgrade Row { get; set; }
    public required Guid RolloutId { get; set; }
    public required string Zone { get; set; }
    public required string Pool { get; set; }
    public string? Phase { get; set; }
    public string? Step { get; set; }
    public Work Work { get; set; }
    public long Epoch { get; set; }
    public string? WorkerId { get; set; }
    public Stance Stance { get; set; }
    public int StartsTaken { get; set; }
    public bool CountsAsFailure { get; set; }
    public string? ReachedUntil { get; set; }

    /// <summary>Something is owed to a worker.</summary>
    public bool Owes { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? DispatchedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    public static ZoneUpgradeSaga For(ZoneUpgrade row, string pool, DateTimeOffset now)
    {
        var saga = new ZoneUpgradeSaga { CorrelationId = row.Id, State = string.Empty, Row = row, RolloutId = row.RolloutId, Zone = row.Zone, Pool = pool, CreatedAt = now };
        saga.Show(row);
        return saga;
    }

    /// <summary>Takes the next row and shows its columns.</summary>
    public void Show(ZoneUpgrade row)
    {
        Row = row;
        State = row.State.ToString();
        Phase = row.Phase;
        Step = row.Step;
        Work = row.Work;
        Epoch = row.Epoch;
        WorkerId = row.WorkerId;
        Stance = row.Stance;
        StartsTaken = row.StartsTaken;
        CountsAsFailure = row.CountsAsFailure;
        ReachedUntil = row.ReachedUntil;
        Owes = Owed.Anything(row);
        DispatchedAt = row.DispatchedAt;
        StartedAt = row.StartedAt;
        EndedAt = row.EndedAt;
    }
}
