namespace Fleet.Checking;

/// <param name="Promise">1 … 10, as docs/reliability.md numbers them.</param>
/// <param name="Shown">The events that show it.</param>
public sealed record Violation(int Promise, string What, params IReadOnlyList<HistoryEvent> Shown)
{
    public override string ToString() => $"promise {Promise} is broken: {What}{string.Concat(Shown.Select(e => $"\n    {e.At:HH:mm:ss.fff}  {e}"))}";
}
