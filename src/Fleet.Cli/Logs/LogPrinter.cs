using System.Globalization;
using System.Text;
using Fleet.Cli.Client;
using Fleet.Cli.Output;
using Fleet.Cli.Watching;
using Fleet.Orchestration.Transcripts;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Logs;

/// <summary>Writes what executions of a zone printed, in order; following, it goes on until the zone has ended.</summary>
internal sealed class LogPrinter(FleetApi api, Stream output, bool raw, TimeProvider time)
{
    private const int Piece = 1024 * 1024;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);
    private bool lineOpen;

    /// <summary>With what is hidden, as far as this identity may read it.</summary>
    public bool Unredacted { get; init; }

    /// <returns>False: there was nothing to print.</returns>
    public async Task<bool> PrintAsync(string rollout, string zone, string? step, bool follow, CancellationToken cancellationToken)
    {
        var offsets = new Dictionary<string, long>(StringComparer.Ordinal);
        while (true)
        {
            // The zone is read before its transcripts: when it has ended, what is listed then is all.
            var upgrade = (await api.GetAsync<ZoneUpgradeDocument>(ZonePath(rollout, zone), cancellationToken)).Value;
            var transcripts = (await api.GetAsync<IReadOnlyList<TranscriptView>>($"{ZonePath(rollout, zone)}/transcripts", cancellationToken)).Value;
            var wanted = transcripts.Where(t => step is null || t.Step == step).ToList();
            for (var i = 0; i < wanted.Count; i++)
            {
                var running = follow && i == wanted.Count - 1 && !Ended(upgrade, wanted[i]);
                await PrintOneAsync(wanted[i], offsets, running, cancellationToken);
            }

            if (!follow || WatchState.IsEnd(upgrade.Zone.State))
            {
                await EndLineAsync(cancellationToken);
                return wanted.Count > 0;
            }

            await Task.Delay(LookAgain, cancellationToken);
        }
    }

    /// <summary>The end of the newest execution.</summary>
    public async Task PrintTailAsync(string rollout, string zone, int bytes, CancellationToken cancellationToken)
    {
        var transcripts = (await api.GetAsync<IReadOnlyList<TranscriptView>>($"{ZonePath(rollout, zone)}/transcripts", cancellationToken)).Value;
        if (transcripts.Count == 0)
        {
            await WriteAsync(Say.Of("Nothing was printed yet.\n"), cancellationToken);
        }
        else
        {
            var newest = transcripts[^1];
            await PrintOneAsync(newest, new Dictionary<string, long>(StringComparer.Ordinal) { [newest.ExecutionId] = Math.Max(0, newest.Length - bytes) }, running: false, cancellationToken);
            await EndLineAsync(cancellationToken);
        }
    }

    private static string ZonePath(string rollout, string zone) => $"rollouts/{FleetApi.Segment(rollout)}/zones/{FleetApi.Segment(zone)}";

    private static bool Ended(ZoneUpgradeDocument upgrade, TranscriptView transcript) =>
        WatchState.IsEnd(upgrade.Zone.State) || upgrade.Steps.Any(s => s.Step == transcript.Step && s.Attempt == transcript.Attempt && s.EndedAt is not null);

    private async Task PrintOneAsync(TranscriptView transcript, Dictionary<string, long> offsets, bool running, CancellationToken cancellationToken)
    {
        if (offsets.TryAdd(transcript.ExecutionId, 0) && !raw)
        {
            await EndLineAsync(cancellationToken);
            await WriteAsync($"── {transcript.Step}{(transcript.Attempt > 1 ? Say.Of($" (attempt {transcript.Attempt})") : "")} · {Words.Time(transcript.Since, time.GetLocalNow())} ──\n", cancellationToken);
        }

        var text = new TranscriptText();
        while (true)
        {
            var offset = offsets[transcript.ExecutionId];
            using var response = await api.OpenAsync(
                $"transcripts/{FleetApi.Segment(transcript.ExecutionId)}{(Unredacted ? "/unredacted" : "")}?offset={offset}&maxBytes={Piece}{(Unredacted ? "" : $"&wait={(running ? 2 : 0)}")}", cancellationToken);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var cut = Header(response, "Fleet-Cut-Before");
            if (cut > 0 && !raw)
                await WriteAsync(Say.Of($"\n[… {cut} bytes were not kept …]\n"), cancellationToken);
            if (raw)
                await output.WriteAsync(bytes, cancellationToken);
            else
                await WriteAsync(text.Take(bytes), cancellationToken);
            offsets[transcript.ExecutionId] = Math.Max(offset, Header(response, "Fleet-Next"));
            if (bytes.Length == 0)
                break;
        }

        if (!raw)
            await WriteAsync(text.Rest(), cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private static long Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length == 0)
            return;
        lineOpen = text[^1] != '\n';
        await output.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    private async Task EndLineAsync(CancellationToken cancellationToken)
    {
        if (lineOpen && !raw)
            await WriteAsync("\n", cancellationToken);
        await output.FlushAsync(cancellationToken);
    }
}
