using System.Text;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.Testing.Otlp;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests;

/// <summary>A zone whose scripts print what they should not, and a login whose password must be nowhere.</summary>
public sealed class SecretsTests
{
    private const string Zone = "pek1a";

    /// <summary>What a script of the lab prints, and nobody told Fleet of.</summary>
    private const string Printed = "Zh-9secret";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_are_in_no_command_line_environment_log_trace_message_plan_report_or_file()
    {
        await using var collector = await OtlpReceiver.StartAsync(Cancellation);
        await using var site = await EmbeddedFleet.StartAsync([new ZoneSpec(Zone, "sub+sudo-password")], Cancellation, OtlpReceiver.Settings(collector.GrpcPort, grpc: true));
        var zone = site.Lab.Zones[Zone];
        var password = (await File.ReadAllTextAsync(zone.SudoPasswordFile!, Cancellation)).Trim();
        string[] secrets = [password, Printed];
        zone.AddFault(new FaultShape("bootstrap.end", "print") { Text = Encoding.UTF8.GetBytes($"sudo -S took {password}, mysql --user=root --password={Printed} pitrix\nPGPASSWORD={Printed} psql\n") });
        zone.CloseGate("bootstrap.dump");
        var told = new StringBuilder();
        told.Append(await site.Operator.DoAsync(Cancellation, "check", "--zones", Zone, "-o", "json"));
        told.Append(await site.Operator.DoAsync(Cancellation, "plan", "--zones", Zone, "--package", site.Package));
        await site.StartAsync(Zone, Cancellation, "--name", "night", "--until", "initialize-installer");
        await zone.WaitAtGateAsync("bootstrap.dump", Limit, Cancellation);
        Processes(secrets).ShouldBeEmpty("while the script runs");
        zone.OpenGate("bootstrap.dump");
        var shown = Encoding.UTF8.GetString(await site.Operator.TranscriptAsync("night", Zone, "bootstrap", "psql", Cancellation));
        shown.ShouldContain($"sudo -S took {new string('*', password.Length)}, mysql --user=root --password=********** pitrix");
        foreach (var command in new[] { "rollout show night -o json", "rollout show night", "decisions list -o json", "audit -o json", $"zones show {Zone} -o json", $"logs {Zone}", $"logs {Zone} --raw" })
            told.Append(await site.Operator.DoAsync(Cancellation, command.Split(' ')));
        told.Append(await site.Operator.DoAsync(Cancellation, "rollout", "report", "night"));
        Found(secrets, Encoding.UTF8.GetBytes(told.ToString())).ShouldBeEmpty("in what people are told");

        var unredacted = await site.Operator.DoAsync(Cancellation, "logs", Zone, "--unredacted");
        unredacted.ShouldContain($"sudo -S took {password}, mysql --user=root --password={Printed} pitrix");
        (await site.Operator.DoAsync(Cancellation, "audit", "-o", "json")).ShouldContain("transcript-unredacted-read");
        (await site.Server.StopAsync(Cancellation)).ShouldBe(0);

        Found(secrets, Encoding.UTF8.GetBytes(site.Server.Output)).ShouldBeEmpty("in the log");
        Found(secrets, Encoding.UTF8.GetBytes(string.Join('\n', collector.Spans.Select(s => s.Content)) + string.Join('\n', collector.Logs))).ShouldBeEmpty("in traces and exported logs");
        collector.Spans.ShouldNotBeEmpty();
        collector.Others.SelectMany(o => Found(secrets, o.Message)).ShouldBeEmpty("in metrics");
        foreach (var file in Directory.EnumerateFiles(site.Server.Data, "*", SearchOption.AllDirectories))
            Found(secrets, await File.ReadAllBytesAsync(file, Cancellation)).ShouldBeEmpty(file);
    }

    /// <summary>Of this machine, the zone's among them.</summary>
    private static IReadOnlyList<string> Processes(string[] secrets)
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            foreach (var what in new[] { "cmdline", "environ" })
            {
                try
                {
                    found.AddRange(Found(secrets, File.ReadAllBytes(Path.Combine(process, what))).Select(f => $"{process}/{what}: {f}"));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It has ended.
                }
            }
        }

        return found;
    }

    /// <summary>Each secret itself, and as base64, in an address and in hexadecimal digits.</summary>
    private static IReadOnlyList<string> Found(string[] secrets, byte[] where)
    {
        var forms = secrets.SelectMany(s => new[]
        {
            s, Convert.ToBase64String(Encoding.UTF8.GetBytes(s)).TrimEnd('=')[..^1], Uri.EscapeDataString(s), Convert.ToHexString(Encoding.UTF8.GetBytes(s)), Convert.ToHexStringLower(Encoding.UTF8.GetBytes(s)),
        });
        return [.. forms.Where(f => where.AsSpan().IndexOf(Encoding.UTF8.GetBytes(f)) >= 0)];
    }
}
