using System.CommandLine;
using System.Text.Json;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Encryption;
using Microsoft.Extensions.Configuration;

namespace Fleet.Cli.Serving;

/// <summary>Asks a serving process on this machine whether it is ready: for places that have no other program to ask with.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static Command Make()
    {
        var listen = new Option<string?>("--listen") { Description = Say.Of("The address that fleet serve has; default http://127.0.0.1:7070 (Fleet__Listen)"), HelpName = "URL" };
        var live = new Option<bool>("--live") { Description = Say.Of("Only whether it answers, not whether all that it needs is there") };
        return CommandFactory.Make("health", Say.Of("Asks the fleet serve of this machine whether it is ready; exit code 0 or 1."), async (context, cancellationToken) =>
        {
            var configuration = ServeHost.NewBuilder().Configuration;
            var address = context.Get(listen) ?? configuration["Fleet:Listen"] ?? ServeSettings.DefaultListen;
            if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                throw new CliFailure(ExitCodes.Usage, Say.Of($"Fleet:Listen (--listen) is '{address}': it takes a URL like http://127.0.0.1:7070."));
            var (well, told) = await AskAsync(new Uri(new Uri(ServeSettings.Here(url)), context.Get(live) ? "/health/live" : "/health/ready"), Trusted(configuration["Fleet:Tls:Certificate"]), cancellationToken);
            context.Terminal.Line(told);
            return well ? ExitCodes.Ok : ExitCodes.No;
        }, listen, live).WithExamples("fleet health", "fleet health --listen http://127.0.0.1:7072 --live");
    }

    /// <summary>It asks by an address for which no certificate is, and knows which one this machine's serving process shows.</summary>
    private static Trust Trusted(string? certificate) => certificate is { Length: > 0 } ? Trust.InOwn(certificate) : Trust.Read("", null, []);

    private static async Task<(bool Well, string Told)> AskAsync(Uri url, Trust trust, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = trust.ClientOptions() }) { Timeout = Limit };
        try
        {
            using var answer = await http.GetAsync(url, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return (answer.IsSuccessStatusCode, answer.IsSuccessStatusCode ? Say.Of("ready") : string.Join(Environment.NewLine, Problems(text)));
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (false, Say.Of($"{url} does not answer: {e.Message}"));
        }
    }

    private static IEnumerable<string> Problems(string text)
    {
        try
        {
            return [.. JsonDocument.Parse(text).RootElement.GetProperty("problems").EnumerateArray().Select(p => p.GetString() ?? "")];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [Say.Of("It answers, and is not ready.")];
        }
    }
}
