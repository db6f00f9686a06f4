using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Fleet.Server.Api;
using Fleet.Server.Packages;
using Fleet.Server.Tests.Api;
using Fleet.Signatures;
using Fleet.Testing;

namespace Fleet.Server.Tests.Packages;

/// <summary>A server that takes only packages which somebody of its list has signed, with signatures by the real ssh-keygen.</summary>
public sealed class SignedPackageTests : IAsyncLifetime
{
    private const string OnFirstbox = $"/root/{RunningServer.FileName}";
    private static readonly byte[] Content = PackageArchiveTests.Archive(("qingcloud-installer/version.json", """{"installer": "4.3.2", "upgrade": "20261101", "qingcloud": "20261101"}"""));
    private readonly SshKeygen keygen = new();
    private readonly string ann;
    private readonly RunningServer server;

    public SignedPackageTests()
    {
        ann = keygen.Key("ed25519");
        File.WriteAllText(keygen.PathOf("signers"), $"ann@example.com {SshKeygen.PublicOf(ann)}\n");
        server = new RunningServer { Packages = new PackageTrustOptions { RequireSigned = true, Signers = keygen.PathOf("signers") } };
    }

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        keygen.Dispose();
    }

    [Fact]
    public async Task What_is_not_signed_is_refused_with_a_sentence_that_tells_the_way_and_nothing_is_kept()
    {
        var (status, body) = await AddAsync(null);
        status.ShouldBe(HttpStatusCode.BadRequest);
        body.GetProperty("detail").GetString().ShouldBe(
            "This server takes only signed packages (Fleet:Packages:RequireSigned). Give the signature: fleet packages add FILE --signature FILE.sig. Nothing was kept.");
        await NothingIsKeptAsync();
    }

    [Fact]
    public async Task What_somebody_of_the_list_has_signed_is_taken_and_says_by_whom()
    {
        var (status, body) = await AddAsync(Sign(ann));
        status.ShouldBe(HttpStatusCode.OK, $"{body}");
        body.GetProperty("signedBy").GetString().ShouldBe("ann@example.com");
        var shown = await server.GetAsync($"packages/{body.GetProperty("id").GetString()}");
        shown.GetProperty("signingKey").GetString().ShouldBe(Fingerprint(ann));
        shown.GetProperty("usedBy").GetArrayLength().ShouldBe(0);
        File.ReadAllBytes(PackageFolder.Files(server.Data).ShouldHaveSingleItem()).ShouldBe(Content);
    }

    [Fact]
    public async Task A_right_signature_by_somebody_else_is_refused_and_names_the_key()
    {
        var stranger = keygen.Key("ed25519");
        var (status, body) = await AddAsync(Sign(stranger));
        status.ShouldBe(HttpStatusCode.BadRequest);
        body.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("package-signer-refused");
        body.GetProperty("detail").GetString()!.ShouldContain(Fingerprint(stranger));
        await NothingIsKeptAsync();
    }

    [Theory]
    [InlineData("another file", "signature-not-of-this")]
    [InlineData("another purpose", "signature-not-of-this")]
    [InlineData("no signature", "signature-unreadable")]
    public async Task A_signature_by_the_right_one_for_something_else_is_refused(string wrong, string code)
    {
        var (status, body) = await AddAsync(wrong switch
        {
            "another file" => Line(keygen.Sign(ann, SignatureChecks.Package, [.. Content, 0])),
            "another purpose" => Line(keygen.Sign(ann, SignatureChecks.Runbook, Content)),
            _ => "trust me",
        });
        status.ShouldBe(HttpStatusCode.BadRequest);
        body.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe(code);
        await NothingIsKeptAsync();
    }

    [Fact]
    public async Task A_signer_who_was_taken_out_of_the_list_counts_no_more_for_the_next_package()
    {
        File.WriteAllText(keygen.PathOf("signers"), "# nobody\n");
        (await AddAsync(Sign(ann))).Status.ShouldBe(HttpStatusCode.BadRequest);
        await NothingIsKeptAsync();
    }

    [Theory]
    [InlineData(null, "package-unsigned")]
    [InlineData("sha512", "package-signature-other-hash")]
    [InlineData("sha256", null)]
    public async Task A_package_on_the_firstboxes_is_held_to_a_signature_over_its_digest(string? hash, string? refused)
    {
        var signature = hash is null ? null : Line(keygen.Sign(ann, SignatureChecks.Package, Content, hash));
        using var response = await server.PostAsync("packages/on-firstbox", new { path = OnFirstbox, sha256 = Convert.ToHexStringLower(SHA256.HashData(Content)), signature });
        var body = await RunningServer.JsonAsync(response);
        if (refused is null)
            body.GetProperty("signedBy").GetString().ShouldBe("ann@example.com");
        else
            body.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe(refused);
        (await server.GetAsync("packages")).GetArrayLength().ShouldBe(refused is null ? 1 : 0);
    }

    private async Task NothingIsKeptAsync()
    {
        (await server.GetAsync("packages")).GetArrayLength().ShouldBe(0);
        (Directory.Exists(PackageFolder.Of(server.Data)) ? Directory.GetFiles(PackageFolder.Of(server.Data)) : []).ShouldBeEmpty();
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> AddAsync(string? signature)
    {
        using var content = new ByteArrayContent(Content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/packages?fileName={RunningServer.FileName}") { Content = content };
        if (signature is not null)
            request.Headers.Add(SignatureHeader.Name, signature);
        using var response = await server.Operator.SendAsync(request);
        return (response.StatusCode, await RunningServer.JsonAsync(response));
    }

    private string Sign(string key) => Line(keygen.Sign(key, SignatureChecks.Package, Content));

    private static string Line(string armored) => SshSignature.Parse(armored)!.Line;

    /// <summary>As OpenSSH prints it, worked out apart from what is tested.</summary>
    private static string Fingerprint(string key) =>
        $"SHA256:{Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(SshKeygen.PublicOf(key).Split(' ')[1]))).TrimEnd('=')}";
}
