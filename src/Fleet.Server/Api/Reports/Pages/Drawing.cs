using Fleet.Orchestration.Reports;
using NodaTime;

namespace Fleet.Server.Api.Reports.Pages;

/// <summary>Zones over time.</summary>
/// <param name="Title">What it is, for who does not see it.</param>
/// <param name="Description">What it shows, in one sentence.</param>
/// <param name="Phases">Their names; a bar names its phase by its place here.</param>
/// <param name="Now">While it runs.</param>
internal sealed record Drawing(
    string Title, string Description, DateTimeOffset From, DateTimeOffset To, DateTimeOffset? Now, DateTimeZone TimeZone, IReadOnlyList<string> Phases, string WaitingWord, IReadOnlyList<DrawnZone> Zones);

/// <param name="Note">How it ended, in a word.</param>
/// <param name="Mark">The same in a sign.</param>
internal sealed record DrawnZone(string Name, string Note, string Mark, Stretch? Whole, IReadOnlyList<(int Phase, Stretch When)> Bars, IReadOnlyList<Stretch> Waiting);
