using Fleet.Contracts.Decisions;
using Fleet.Orchestration.Audit;

namespace Fleet.Orchestration;

/// <summary>What a rule decided: the row as it is now, what is told of it, or why nothing was changed.</summary>
internal sealed record Change<T>(T Row, IReadOnlyList<AuditEntry> Audit)
{
    /// <summary>Set: the row is as it was.</summary>
    public Finding? Refusal { get; init; }

    /// <summary>What the sender of a report is told after the commit.</summary>
    public ReportReply Reply { get; init; }

    public Change<T> Then(Func<T, Change<T>> next)
    {
        if (Refusal is not null)
            return this;
        var change = next(Row);
        return change with { Audit = [.. Audit, .. change.Audit], Reply = change.Reply == ReportReply.None ? Reply : change.Reply };
    }
}

internal enum ReportReply
{
    None,

    /// <summary>Reports up to the row's last number are committed.</summary>
    Recorded,

    /// <summary>The sender no longer holds this zone upgrade.</summary>
    Lost,
}

internal static class Change
{
    public static Change<T> Of<T>(T row, params IReadOnlyList<AuditEntry> audit) => new(row, audit);

    public static Change<T> Refuse<T>(T row, Finding refusal) => new(row, []) { Refusal = refusal };
}
