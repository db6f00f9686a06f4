using System.Security.Cryptography.X509Certificates;
using Fleet.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fleet.Cli.Tests.Processes;

/// <summary>The API over TLS, and a command that believes only its own server.</summary>
public sealed class EncryptedApiTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Authority authority;
    private readonly Authority stranger;

    public EncryptedApiTests()
    {
        authority = new Authority(Path.Combine(folder.Path, "ca"));
        stranger = new Authority(Path.Combine(folder.Path, "stranger"), "Somebody else");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart_and_a_bad_one_never_and_TLS_older_than_1_2_is_refused()
    {
        var (certificate, key) = (Path.Combine(folder.Path, "tls.crt"), Path.Combine(folder.Path, "tls.key"));
        Install(authority.Issue(null, "127.0.0.1"));
        var url = $"https://127.0.0.1:{Loopback.FreePort()}";
        var settings = new Dictionary<string, string?> { ["Fleet__Tls__Certificate"] = certificate, ["Fleet__Tls__Key"] = key, ["Fleet__Access__AllowedHosts"] = "fleet.example.org", ["FLEET_LANG"] = "en" };
        await using var process = ChildProcess.Start(Run.File, ["serve", "--data", Path.Combine(folder.Path, "data"), "--listen", url], settings, folder.Path);
        await Eventually.BeTrueAsync(
            async () => process.HasExited ? throw new InvalidOperationException(process.Output) : (await Run.FleetAsync(settings, "health", "--listen", url)).ExitCode == 0,
            TimeSpan.FromMinutes(4), Cancellation, () => process.Output);

        async Task<(int ExitCode, string Output)> ListAsync(string? ca) => await Run.FleetAsync(
            new Dictionary<string, string?> { ["FLEET_SERVER"] = url, ["FLEET_TOKEN"] = File.ReadAllText(Path.Combine(folder.Path, "data", "token")).Trim(), ["FLEET_CA"] = ca }, "zones", "list");
        var (code, output) = await ListAsync(authority.File);
        code.ShouldBe(0, output);
        (await OpenAsync("-tls1_2")).ExitCode.ShouldBe(0);
        (await OpenAsync("-tls1_1")).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldNotBe(0), r => r.Output.ShouldContain("alert protocol version"));
        (await ListAsync(null)).Output.ShouldContain("is issued by \"CN=Fleet test authority\", which this machine does not trust");

        Install(authority.Issue(null, "renewed.example.org"));
        await Eventually.BeTrueAsync(async () => (await ListAsync(authority.File)).Output.Contains("is for renewed.example.org", StringComparison.Ordinal), TimeSpan.FromMinutes(2), Cancellation, () => process.Output);
        Install(authority.Issue(TimeSpan.FromDays(-1), "127.0.0.1"));
        await Eventually.BeTrueAsync(
            async () => (await ListAsync(authority.File)).ExitCode != 0 && process.Output.Contains("goes on with the certificate that it had", StringComparison.Ordinal), TimeSpan.FromMinutes(2), Cancellation, () => process.Output);
        (await ListAsync(authority.File)).Output.ShouldContain("is for renewed.example.org");
        Install(authority.Issue(null, "127.0.0.1"));
        await Eventually.BeTrueAsync(async () => (await ListAsync(authority.File)).ExitCode == 0, TimeSpan.FromMinutes(2), Cancellation, () => process.Output);

        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{url}/health/live") { Headers = { Host = "fleet.example.org" } };
        using var answer = await http.SendAsync(request, Cancellation);
        answer.Headers.GetValues("Strict-Transport-Security").ShouldHaveSingleItem().ShouldBe("max-age=31536000");
        await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(url.Replace("https", "http", StringComparison.Ordinal), Cancellation));

        // A client that would put up with anything old.
        Task<(int ExitCode, string Output)> OpenAsync(string version) =>
            ChildProcess.RunAsync("openssl", ["s_client", "-connect", url["https://".Length..], version, "-cipher", "ALL:@SECLEVEL=0", "-no_ign_eof"], Cancellation);

        // At once, as clusters do: the files are links.
        void Install(Issued issued)
        {
            foreach (var (link, target) in new[] { (key, issued.Key), (certificate, issued.Certificate) })
            {
                File.CreateSymbolicLink(link + ".new", target);
                File.Move(link + ".new", link, overwrite: true);
            }
        }
    }

    [Theory]
    [InlineData("authority", "is issued by \"CN=Somebody else\"")]
    [InlineData("name", "is for other.example.org, not for the name")]
    [InlineData("expired", "expired at ")]
    public async Task A_server_with_a_wrong_certificate_is_told_nothing(string wrong, string why)
    {
        var certificate = wrong switch
        {
            "authority" => stranger.Issue(null, "127.0.0.1"),
            "name" => authority.Issue(null, "other.example.org"),
            _ => authority.Issue(TimeSpan.FromDays(-1), "127.0.0.1"),
        };
        var told = 0;
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var port = Loopback.FreePort();
        builder.WebHost.ConfigureKestrel(k => k.ListenLocalhost(port, l => l.UseHttps(X509Certificate2.CreateFromPemFile(certificate.Certificate, certificate.Key))));
        await using var app = builder.Build();
        app.Run(context =>
        {
            Interlocked.Increment(ref told);
            return context.Response.WriteAsync("[]");
        });
        await app.StartAsync(Cancellation);

        var (code, output) = await Run.FleetAsync(new Dictionary<string, string?> { ["FLEET_SERVER"] = $"https://127.0.0.1:{port}", ["FLEET_TOKEN"] = "a-token-that-nobody-else-may-have" }, "zones", "list", "--ca", authority.File);

        code.ShouldBe(4, output);
        output.ShouldContain(why);
        output.ShouldContain("--ca FILE or FLEET_CA");
        told.ShouldBe(0);
    }

    [Fact]
    public async Task Https_without_a_good_certificate_does_not_start()
    {
        var (one, two, old) = (authority.Issue(null, "a"), authority.Issue(null, "b"), authority.Issue(TimeSpan.FromDays(-1), "c"));
        async Task<string> RefusedAsync(string listen, string? certificate, string? key)
        {
            var (code, output) = await Run.FleetAsync(new Dictionary<string, string?> { ["Fleet__Tls__Certificate"] = certificate, ["Fleet__Tls__Key"] = key }, "serve", "--data", Path.Combine(folder.Path, "none"), "--listen", listen);
            code.ShouldBe(2, output);
            return output;
        }

        var https = $"https://127.0.0.1:{Loopback.FreePort()}";
        (await RefusedAsync(https, null, null)).ShouldContain("Fleet:Tls:Certificate is missing");
        (await RefusedAsync(https, one.Certificate, two.Key)).ShouldContain($"'{one.Certificate}' and Fleet:Tls:Key is '{two.Key}', which are no certificate in PEM with the key that belongs to it");
        (await RefusedAsync(https, old.Certificate, old.Key)).ShouldContain($"'{old.Certificate}', which expired at");
        (await RefusedAsync("http://127.0.0.1:7070", one.Certificate, one.Key)).ShouldContain("a certificate is for an https address");
        (await RefusedAsync("http://0.0.0.0:7070", null, null)).ShouldContain("or on https with Fleet:Tls:Certificate");
        Directory.Exists(Path.Combine(folder.Path, "none")).ShouldBeFalse();
    }

    public void Dispose()
    {
        authority.Dispose();
        stranger.Dispose();
        folder.Dispose();
    }
}
