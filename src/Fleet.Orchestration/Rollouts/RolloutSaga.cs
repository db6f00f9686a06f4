using MassTransit;

namespace Fleet.Orchestration.Rollouts;

/// <summary>A rollout at rest.</summary>
internal sealed class RolloutSaga : SagaStateMachineInstance, ISagaVersion
{
    public Guid CorrelationId { get; set; }
    public int Version { get; set; }

    /// <summary>The state machine's state: the name of a <see cref="RolloutState"/>.</summary>
    public required string State { get; set; }
    public required Rollout Row { get; set; }
    public required string Name { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    public static RolloutSaga For(Rollout row)
    {
        var saga = new RolloutSaga { CorrelationId = row.Id, State = string.Empty, Row = row, Name = row.Name, StartedAt = row.StartedAt };
        saga.Show(row);
        return saga;
    }

    public void Show(Rollout row)
    {
        Row = row;
        State = row.State.ToString();
        StartedAt = row.StartedAt;
        EndedAt = row.EndedAt;
    }
}
