namespace Fleet.Checking;

/// <summary>8. Every change by a person or a policy has its audit entry in the same transaction, with its actor.</summary>
internal static class AuditComplete
{
    public static IEnumerable<Violation> Check(History history) =>
        history.Events.OfType<PersonActed>().Where(a => a is { Changed: true, Entries: 0 }).Select(a => new Violation(8, $"{a.What} by {a.Person} changed something and stands in no audit entry", a));
}
