using System.Diagnostics;
using Fleet.Worker.Ssh;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Tests.Ssh;

public sealed class SecretReaderTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    [Theory]
    [InlineData("exec:printf 'a b\\n\\n'", "a b")]
    [InlineData("exec:echo \"$(printf x)y\"", "xy")]
    [InlineData("ask", "typed")]
    public async Task A_reference_gives_the_secret_without_line_feeds_at_its_end(string reference, string secret) =>
        (await Reader(prompt: true).ReadAsync(reference, "pek1a", "the password of ops@box:22", CancellationToken.None)).ShouldBe(secret);

    [Fact]
    public async Task A_file_gives_the_secret_with_its_blanks()
    {
        File.WriteAllText(file, " hunter 2 \r\n");
        (await Reader().ReadAsync($"file:{file}", "pek1a", "it", CancellationToken.None)).ShouldBe(" hunter 2 ");
    }

    [Theory]
    [InlineData("file:/no/such/file", "ssh-secret-missing", "no such file")]
    [InlineData("exec:exit 3", "ssh-secret-missing", "code 3")]
    [InlineData("exec:true", "ssh-secret-missing", "empty")]
    [InlineData("exec:yes", "ssh-secret-missing", "more than")]
    [InlineData("exec:no-such-program-here", "ssh-secret-missing", "code 127")]
    [InlineData("hunter2", "ssh-secret-missing", "neither file: nor exec:")]
    [InlineData("ask", "ssh-secret-nobody-to-ask", null)]
    public async Task What_is_not_to_be_had_is_told_with_its_reason(string reference, string code, string? why)
    {
        var failed = await Should.ThrowAsync<SshLinkException>(() => Reader().ReadAsync(reference, "pek1a", "the password of ops@box:22", CancellationToken.None));
        failed.Reason.Code.ShouldBe(code);
        failed.Transient.ShouldBeFalse();
        if (why is not null)
            failed.Reason.Args["why"].ShouldContain(why);
    }

    [Fact]
    public async Task A_command_that_hangs_is_ended_at_its_limit()
    {
        var clock = Stopwatch.StartNew();
        (await Should.ThrowAsync<SshLinkException>(() => Reader().ReadAsync("exec:sleep 60; echo late", "pek1a", "it", CancellationToken.None))).Reason.Args["why"].ShouldContain("longer than");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    public void Dispose() => File.Delete(file);

    private static SecretReader Reader(bool prompt = false) => new(Options.Create(new SshOptions { SecretTimeout = TimeSpan.FromSeconds(1) }), prompt ? new Typed() : null);

    private sealed class Typed : ISecretPrompt
    {
        public Task<string?> AskAsync(string zone, string what, CancellationToken cancellationToken) => Task.FromResult<string?>("typed");
    }
}
