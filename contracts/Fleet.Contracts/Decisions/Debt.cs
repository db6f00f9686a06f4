using System.Text.Json.Serialization;

namespace Fleet.Contracts.Decisions;

/// <summary>Something that stays to be done on a zone after its upgrade. It lives until it is settled, beyond the rollout.</summary>
public sealed record Debt(DebtKind Kind, string What, string Reason, string? By);

[JsonConverter(typeof(KebabCaseEnumConverter<DebtKind>))]
public enum DebtKind
{
    QuarantinedNode,
    SkippedComponent,
    EmptyGroup,
    IgnoredNode,
    IgnoredStep,
    ManualOperation,
    GuardInForce,
    MovedPackage,
}
