namespace Fleet.Checking;

/// <summary>9. A transcript is a gap-free prefix of what was printed, or says where it was cut.</summary>
internal static class Transcripts
{
    public static IEnumerable<Violation> Check(History history) =>
        history.Events.OfType<TranscriptRead>().Where(t => t.Problem is not null).Select(t => new Violation(9, t.Problem!, t));
}
