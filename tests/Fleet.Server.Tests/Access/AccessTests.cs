using Fleet.Orchestration.Identities;
using Fleet.Server.Access;

namespace Fleet.Server.Tests.Access;

public sealed class AccessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fleet-access-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("http://127.0.0.1:7070", false, true)]
    [InlineData("http://localhost:7070", false, true)]
    [InlineData("http://[::1]:7070", false, true)]
    [InlineData("http://0.0.0.0:7070", false, false)]
    [InlineData("http://10.0.0.1:7070", false, false)]
    [InlineData("http://fleet.example:7070", false, false)]
    [InlineData("http://0.0.0.0:7070", true, true)]
    [InlineData("127.0.0.1:7070", false, false)]
    [InlineData("ftp://127.0.0.1", true, false)]
    public void It_listens_on_loopback_unless_told(string listen, bool allowRemote, bool well) => (ListenAddress.Problem(listen, allowRemote) is null).ShouldBe(well);

    [Fact]
    public void The_refusal_says_how_to_allow_it() => ListenAddress.Problem("http://0.0.0.0:7070", false)!.ShouldContain("--allow-remote");

    [Fact]
    public void A_token_is_made_once_and_only_its_owner_reads_it()
    {
        var token = TokenFile.ReadOrMake(folder, TokenFile.Operator);
        token.Length.ShouldBe(64);
        TokenFile.ReadOrMake(folder, TokenFile.Operator).ShouldBe(token);
        File.GetUnixFileMode(Path.Combine(folder, TokenFile.Operator)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        TokenFile.ReadOrMake(folder, TokenFile.Worker).ShouldNotBe(token);
    }

    [Fact]
    public void A_token_is_known_by_its_digest_only()
    {
        var known = new KnownTokens("operator-token", "worker-token");
        known.Find(KnownTokens.Digest("operator-token"))!.Role.ShouldBe(IdentityRole.Operator);
        known.Find(KnownTokens.Digest("worker-token"))!.Role.ShouldBe(IdentityRole.Worker);
        known.Find(KnownTokens.Digest("operator-tokem")).ShouldBeNull();
        known.Find(KnownTokens.Digest("")).ShouldBeNull();
    }

    [Fact]
    public void All_wrong_options_are_told_at_once() =>
        new ServerOptions { Data = "", Listen = "nowhere", Token = "short", WorkerToken = "with space and long enough to be one" }.Problems().Count.ShouldBe(4);
}
