using System.Text.Json;

namespace Fleet.EndToEnd.Tests.Harness;

/// <summary>What a person at a terminal does: imports, starts, looks, answers. Every act is a command of the program.</summary>
internal sealed class Operator(FleetServer server)
{
    public async Task ImportAsync(string inventory, CancellationToken cancellationToken) => await SucceedAsync(cancellationToken, "zones", "import", inventory);

    /// <summary>Adds a package file and returns the id that rollouts name.</summary>
    public async Task<string> AddPackageAsync(string file, CancellationToken cancellationToken)
    {
        var answer = await FleetProgram.JsonAsync(server, cancellationToken, "packages", "add", file);
        return answer.GetProperty("id").GetString()!;
    }

    /// <summary>Starts a rollout and returns its id.</summary>
    public async Task<string> StartAsync(string zones, string package, CancellationToken cancellationToken, params string[] more)
    {
        var answer = await FleetProgram.JsonAsync(server, cancellationToken, ["rollout", "start", "--zones", zones, "--package", package, .. more]);
        return answer.GetProperty("id").GetString()!;
    }

    public async Task SucceedAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var (code, output) = await FleetProgram.RunAsync(server, arguments, cancellationToken);
        if (code != 0)
            throw new InvalidOperationException($"fleet {string.Join(' ', arguments)} ended with {code}: {output}");
    }

    public Task<JsonElement> ShowAsync(string rollout, CancellationToken cancellationToken) => FleetProgram.JsonAsync(server, cancellationToken, "rollout", "show", rollout);

    public async Task<IReadOnlyList<JsonElement>> OpenDecisionsAsync(CancellationToken cancellationToken)
    {
        var all = await FleetProgram.JsonAsync(server, cancellationToken, "decisions", "list");
        return [.. all.EnumerateArray().Where(d => d.GetProperty("state").GetString() == "open")];
    }

    /// <summary>
    /// Watches a rollout to its end and answers what it asks. <paramref name="answer"/> gives the words after <c>fleet decisions answer ID</c>;
    /// null leaves the decision open. Ends when the rollout has, or when all that is left waits on decisions that were left open.
    /// </summary>
    public async Task<JsonElement> SeeThroughAsync(string rollout, Func<JsonElement, string[]?> answer, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        within.CancelAfter(limit);
        var left = new HashSet<string>(StringComparer.Ordinal);
        JsonElement shown = default;
        try
        {
            while (true)
            {
                shown = await ShowAsync(rollout, within.Token);
                if (shown.GetProperty("state").GetString() is "succeeded" or "failed" or "aborted")
                    return shown;
                foreach (var decision in await OpenDecisionsAsync(within.Token))
                {
                    var id = decision.GetProperty("id").GetString()!;
                    if (left.Contains(id))
                        continue;
                    if (answer(decision) is { } words)
                        await TryAnswerAsync(id, words, within.Token);
                    else
                        left.Add(id);
                }

                var zones = shown.GetProperty("zones").EnumerateArray().Select(z => z.GetProperty("state").GetString()).ToList();
                if (left.Count > 0 && zones.Contains("held") && !zones.Contains("running") && !zones.Contains("waiting"))
                    return shown;
                await Task.Delay(200, within.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The rollout did not come to its end within {limit}. It shows: {shown}{Environment.NewLine}The server printed: {server.Output}");
        }
    }

    /// <summary>An answer can come too late (the prompt is gone, another answered): then the next look shows it.</summary>
    private async Task TryAnswerAsync(string decision, string[] words, CancellationToken cancellationToken)
    {
        var (code, output) = await FleetProgram.RunAsync(server, ["decisions", "answer", decision, .. words], cancellationToken);
        if (code is not (0 or 1))
            throw new InvalidOperationException($"fleet decisions answer {string.Join(' ', words)} ended with {code}: {output}");
    }
}
