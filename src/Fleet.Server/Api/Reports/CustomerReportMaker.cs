using System.Text.Json;
using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;

namespace Fleet.Server.Api.Reports;

/// <summary>Takes out of a zone's report what its customer is told. Pure.</summary>
internal static partial class CustomerReportMaker
{
    /// <param name="undisclosed">Names that are told to nobody outside: the second lock, on the few texts that a zone or a person could have filled.</param>
    public static CustomerReportDocument Make(ReportDocument report, ReportZone zone, IReadOnlySet<string> undisclosed)
    {
        string? Told(string text) => IsTold(text, undisclosed) ? text : null;
        return new CustomerReportDocument
        {
            AsOf = report.AsOf,
            Running = zone.EndedAt is null,
            TimeZone = report.TimeZone,
            Zone = zone.Name,
            State = zone.State,
            Target = new ReportVersions(report.Package.Installer, report.Package.Qingcloud, report.Package.Upgrade),
            StartedAt = zone.StartedAt,
            EndedAt = zone.EndedAt,
            Seconds = zone.Seconds,
            WaitingSeconds = zone.WaitingSeconds,
            Waiting = zone.Waiting,
            Windows = [.. zone.Windows.Select(w => new CustomerWindow(w.TimeZone, w.Days, w.From, w.To))],
            VersionsBefore = zone.VersionsBefore,
            VersionsAfter = zone.VersionsAfter,
            AtTarget = zone.AtTarget,
            ItemsBefore = zone.HealthBefore?.Items,
            BadBefore = zone.HealthBefore?.Bad.Count,
            HealthyAfter = zone.HealthAfter?.Well,
            Phases = [.. zone.Phases.Select(p => p with { Name = Told(p.Name) ?? "–", Title = Told(p.Title) ?? "–" })],
            Decisions = [.. zone.Decisions.Select(d => new CustomerDecision(d.AskedAt, d.ClosedAt, Word(d.Kind), Told(d.Phase) ?? "–", Choice(d.Answer), d.AnsweredBy is null ? null : "operator"))],
            Backups = [.. zone.Backups.Select(b => new CustomerBackup(b.Place, Told(b.Path), b.State, b.At))],
            OpenItems =
            [
                .. zone.Debts.Where(d => d.SettledAt is null && d.Kind != DebtKind.GuardInForce).Select(d => new CustomerItem(Word(d.Kind), What(d, Told), d.Since)),
                .. zone.Guards.Where(g => !g.Released).Select(g => new CustomerItem(Word(DebtKind.GuardInForce), Told(g.Name), g.Since ?? zone.StartedAt ?? report.AsOf)),
            ],
        };
    }

    /// <summary>Neither an address nor, as a whole word, a name that is not to be told.</summary>
    internal static bool IsTold(string text, IReadOnlySet<string> undisclosed) =>
        !Address().IsMatch(text) && !Words(text).Any(undisclosed.Contains);

    /// <summary>Each word, and each run of words that signs hold together, so that <c>pek1-b</c> is found in <c>pek1-b.example</c>.</summary>
    private static IEnumerable<string> Words(string text) => Word().Matches(text).SelectMany(m =>
    {
        var parts = Part().Matches(m.Value);
        return from first in Enumerable.Range(0, parts.Count)
               from last in Enumerable.Range(first, parts.Count - first)
               select m.Value[parts[first].Index..(parts[last].Index + parts[last].Length)];
    });

    /// <summary>Lines of the vendor's checklist and moved files can hold anything: they are not told.</summary>
    private static string? What(ReportDebt debt, Func<string, string?> told) => debt.Kind is DebtKind.ManualOperation or DebtKind.MovedPackage ? null : told(debt.What);

    /// <summary>What was typed to an unknown prompt is no choice.</summary>
    private static string? Choice(string? answer) => answer is null || Choices.Contains(answer) ? answer : "other";

    private static readonly HashSet<string> Choices = typeof(Choices).GetFields().Select(f => (string)f.GetRawConstantValue()!).ToHashSet(StringComparer.Ordinal);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    [GeneratedRegex(@"(?<![0-9.])[0-9]{1,3}(\.[0-9]{1,3}){3}(?![0-9])|([0-9A-Fa-f]{1,4}:){2,7}[0-9A-Fa-f]{1,4}|[0-9A-Fa-f]{1,4}::|::[0-9A-Fa-f]{1,4}")]
    private static partial Regex Address();

    [GeneratedRegex(@"[\p{L}\p{N}_.@-]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"[\p{L}\p{N}_]+")]
    private static partial Regex Part();
}
