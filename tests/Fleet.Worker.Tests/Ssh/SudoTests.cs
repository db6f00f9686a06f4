using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Tests.Ssh;

[Collection(nameof(SshWorld))]
public sealed class SudoTests(SshWorld world)
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    [Theory]
    [InlineData("ops", "password")]
    [InlineData("deploy", null)]
    [InlineData("fleet", null)]
    // sudo asks this one for nothing, so the given password is left unread and must not become a command.
    [InlineData("deploy", "password")]
    public async Task A_user_with_sudo_works_as_root(string user, string? password)
    {
        await using var shell = await ConnectAsync(user, password);
        (await shell.RunAsync("id -u; cat; echo 'it''s \"quoted\"'; exit 7", Limit)).ShouldSatisfyAllConditions(
            r => r.Text.ShouldBe("0\nits \"quoted\"\n"), r => r.ErrorText.ShouldBe(""), r => r.ExitCode.ShouldBe(7));
        var echoed = new List<byte>();
        (await shell.StreamAsync("id -u; cat", "in\n"u8.ToArray(), (bytes, _) => { echoed.AddRange(bytes.Span); return ValueTask.CompletedTask; }, Limit)).ShouldBe(0);
        System.Text.Encoding.UTF8.GetString([.. echoed]).ShouldBe("0\nin\n");
    }

    [Fact]
    public async Task The_sudo_password_is_in_no_command_line_and_no_environment()
    {
        await using var shell = await ConnectAsync("ops", "password");
        (await shell.RunAsync("for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; tr '\\0' ' ' < $p/environ; done 2>/dev/null; env; set", Limit)).Text.ShouldNotContain(SshWorld.Password);
    }

    [Fact]
    public async Task The_documented_line_of_sudoers_lets_the_runner_through_and_nothing_else()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "operations.md"), Limit);
        page.ReplaceLineEndings("\n").ShouldContain(SshServer.RunnerOnly);
        await using var shell = await ConnectAsync("fleet", null);
        var tried = await shell.RunAsync(
            """
            as_fleet() { setpriv --reuid=42004 --regid=42004 --clear-groups "$@"; }
            as_fleet sudo -n sh -c 'echo "sh as $(id -u)"'
            as_fleet sudo -n id && echo "id was run"
            as_fleet sudo -n -u ops sh -c 'echo "sh as $(id -un)"'
            as_fleet sudo -n sh && echo "a bare shell was run"
            exit 0
            """, Limit);
        tried.Text.ShouldBe("sh as 0\n", tried.ErrorText);

        static string Root()
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Fleet.sln")))
                folder = folder.Parent!;
            return folder.FullName;
        }
    }

    [Fact]
    public async Task A_file_is_written_as_root()
    {
        await using var shell = await ConnectAsync("ops", "password");
        var path = Path.Combine(Path.GetTempPath(), $"fleet-{Guid.NewGuid():N}");
        await shell.AppendFileAsync(path, new MemoryStream("root's own\n"u8.ToArray()), 0, progress: null, Limit);
        (await shell.RunAsync($"stat -c %u {path}; cat {path}; rm {path}", Limit)).Text.ShouldBe("0\nroot's own\n");
    }

    [Theory]
    [InlineData("ops", "wrong", "sudo", "ssh-sudo-refused")]
    [InlineData("ops", null, "sudo", "ssh-sudo-refused")]
    [InlineData("plain", "password", "sudo", "ssh-sudo-refused")]
    [InlineData("plain", null, null, "ssh-not-root")]
    [InlineData("plain", null, "doas", "ssh-become-unknown")]
    public async Task Who_does_not_become_root_is_told_and_not_tried_again(string user, string? password, string? become, string code)
    {
        var failed = await Should.ThrowAsync<SshLinkException>(() => ConnectAsync(user, password, become));
        failed.Reason.Code.ShouldBe(code);
        failed.Transient.ShouldBeFalse();
    }

    private async Task<IRemoteShell> ConnectAsync(string user, string? password, string? become = "sudo")
    {
        using var firstboxes = SshWorld.Firstboxes();
        var connection = SshWorld.To((await world.ServerAsync()).Hop(user)) with { Become = become, BecomePassword = password is null ? null : $"file:{SshWorld.Keys}/{password}" };
        return await firstboxes.ConnectAsync("pek1a", connection, Limit);
    }
}
