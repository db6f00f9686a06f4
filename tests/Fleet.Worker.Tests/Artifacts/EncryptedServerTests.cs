using Fleet.Contracts.Phases;
using Fleet.Runbooks.Texts;
using Fleet.Testing;
using Fleet.Worker.Artifacts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Worker.Tests.Artifacts;

/// <summary>A worker fetches from a server that it believes, and tells no other its token.</summary>
public sealed class EncryptedServerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Authority authority;
    private readonly Authority stranger;

    public EncryptedServerTests()
    {
        authority = new Authority(Path.Combine(folder.Path, "ca"));
        stranger = new Authority(Path.Combine(folder.Path, "stranger"), "Somebody else");
    }

    [Fact]
    public async Task A_server_with_a_certificate_of_the_named_authority_is_fetched_from()
    {
        await using var server = await ArtifactServer.StartAsync(authority.Issue(null, "127.0.0.1"));
        var digest = server.Add([1, 2, 3]);
        (await ReadAsync(Source(server, ("Ca", authority.File)), digest)).ShouldBe([1, 2, 3]);
    }

    [Theory]
    [InlineData("authority", "is issued by \"CN=Somebody else\"")]
    [InlineData("name", "is for other.example.org, not for the name")]
    [InlineData("expired", "expired at ")]
    public async Task A_server_with_a_wrong_certificate_is_told_nothing_and_named(string wrong, string why)
    {
        var certificate = wrong switch
        {
            "authority" => stranger.Issue(null, "127.0.0.1"),
            "name" => authority.Issue(null, "other.example.org"),
            _ => authority.Issue(TimeSpan.FromDays(-1), "127.0.0.1"),
        };
        await using var server = await ArtifactServer.StartAsync(certificate);
        var digest = server.Add([1, 2, 3]);

        var refused = (await Should.ThrowAsync<ArtifactException>(() => ReadAsync(Source(server, ("Ca", authority.File)), digest))).Reason;

        refused.Code.ShouldBe("artifact-server-untrusted");
        Text.Render(refused.Code, refused.Args).ShouldContain(why);
        Text.Render(refused.Code, refused.Args).ShouldContain("Fleet__Server__Ca");
        server.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task An_authority_that_nobody_named_is_not_trusted()
    {
        await using var server = await ArtifactServer.StartAsync(authority.Issue(null, "127.0.0.1"));
        var digest = server.Add([1, 2, 3]);
        var refused = (await Should.ThrowAsync<ArtifactException>(() => ReadAsync(Source(server), digest))).Reason;
        Text.Render(refused.Code, refused.Args).ShouldContain("which this machine does not trust");
    }

    [Fact]
    public async Task A_process_that_calls_itself_knows_its_own_certificate_and_no_other()
    {
        var (own, other) = (authority.Issue(null, "fleet.example.org"), authority.Issue(null, "127.0.0.1"));
        await using var server = await ArtifactServer.StartAsync(own);
        var digest = server.Add([1, 2, 3]);
        (await ReadAsync(Source(server, ("Pin", own.Certificate)), digest)).ShouldBe([1, 2, 3]);

        await using var impostor = await ArtifactServer.StartAsync(other);
        impostor.Add([4]);
        await Should.ThrowAsync<ArtifactException>(() => ReadAsync(Source(impostor, ("Pin", own.Certificate), ("Ca", authority.File)), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([4]))));
    }

    [Fact]
    public void A_file_without_an_authority_does_not_start()
    {
        var problems = new List<string>();
        ServerAccessOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Fleet:Server:Ca"] = "/nowhere/ca.pem" }).Build(), problems);
        problems.ShouldHaveSingleItem().ShouldStartWith("Fleet:Server:Ca is \"/nowhere/ca.pem\"");
    }

    public void Dispose()
    {
        authority.Dispose();
        stranger.Dispose();
        folder.Dispose();
    }

    private static async Task<byte[]> ReadAsync(IArtifactSource source, string digest)
    {
        await using var stream = await source.OpenPackageAsync(new PackageRef { FileName = "p", Digest = digest, Size = 1, Installer = "4.3.2", Qingcloud = "20261101", Upgrade = "20261101" }, TestContext.Current.CancellationToken);
        var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private IArtifactSource Source(ArtifactServer server, params (string Key, string Value)[] access)
    {
        var values = access.ToDictionary(a => $"Fleet:Server:{a.Key}", a => (string?)a.Value);
        values["Fleet:Server:Url"] = server.Url;
        values["Fleet:Server:Token"] = "secret";
        values["Fleet:Artifacts:Folder"] = Path.Combine(folder.Path, Guid.NewGuid().ToString("N"));
        return new ServiceCollection().AddFleetArtifacts(new ConfigurationBuilder().AddInMemoryCollection(values).Build()).BuildServiceProvider().GetRequiredService<IArtifactSource>();
    }
}
