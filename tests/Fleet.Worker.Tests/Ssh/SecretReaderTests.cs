using System.Diagnostics;
using Fleet.Worker.Redaction;
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
        (await Reader(new Typed()).ReadAsync(reference, "pek1a", "the password of ops@box:22", CancellationToken.None)).ShouldBe(secret);

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
        (await Should.ThrowAsync<SshLinkException>(() => Reader().ReadAsync("exec:sleep 600; echo late", "pek1a", "it", CancellationToken.None))).Reason.Args["why"].ShouldContain("longer than");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task What_a_person_typed_is_asked_for_once_until_it_is_forgotten()
    {
        var typed = new Typed();
        var reader = Reader(typed);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => reader.ReadAsync("ask", $"zone-{i}", "the password of ops@bastion:22", CancellationToken.None)));
        typed.Asked.ShouldBe(1);
        await reader.ForgetAskedAsync(CancellationToken.None);
        await reader.ReadAsync("ask", "zone-1", "the password of ops@bastion:22", CancellationToken.None);
        typed.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_read_is_known_for_its_zone_so_that_it_can_be_hidden_and_what_may_be_shown_is_not()
    {
        var known = new KnownSecrets();
        var reader = new SecretReader(Options.Create(new SshOptions()), new Typed(), known);
        File.WriteAllText(file, "public text");
        await reader.ReadPublicAsync($"file:{file}", "pek1a", "the known hosts of root@box:22", CancellationToken.None);
        known.Of("pek1a").IsEmpty.ShouldBeTrue();
        for (var i = 1000; i < 1010; i++)
        {
            File.WriteAllText(file, $"password {i}");
            await reader.ReadAsync($"file:{file}", "pek1a", "the password of root@box:22", CancellationToken.None);
        }

        var redaction = new ZoneRedaction(known, "pek1a");
        redaction.Text("x password 1009 y").ShouldBe("x ************* y");
        redaction.Text("x password 1002 y").ShouldBe("x ************* y", "what was replaced a moment ago may still be printed");
        redaction.Text("x password 1001 y").ShouldBe("x password 1001 y", "of one that is another each time the newest are kept");
        new ZoneRedaction(known, "sh1a").Text("x password 1009 y").ShouldBe("x password 1009 y");
    }

    public void Dispose() => File.Delete(file);

    private static SecretReader Reader(ISecretPrompt? prompt = null) => new(Options.Create(new SshOptions { SecretTimeout = TimeSpan.FromSeconds(1) }), prompt);

    private sealed class Typed : ISecretPrompt
    {
        public int Asked { get; private set; }

        public async Task<string?> AskAsync(string zone, string what, CancellationToken cancellationToken)
        {
            Asked++;
            await Task.Yield();
            return "typed";
        }
    }
}
