using System.Diagnostics;
using System.Text;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Phases;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps.CheckRepo;
using Fleet.Worker.Steps.Reading;
using Fleet.Worker.Steps.ReplaceInstaller;
using Fleet.Worker.Steps.VendorScript;

namespace Fleet.Worker.Tests.Steps;

/// <summary>What others chose (names, paths, versions, facts) in every command that is made of it, run by real shells: the canary never appears.</summary>
public sealed class ShellCanaryTests : IDisposable
{
    private const string Canary = "canary";
    private static readonly string[] Pieces =
    [
        "$(touch canary)", "`touch canary`", "; touch canary;", "' ; touch canary ; '", "\"; touch canary; \"", "\ntouch canary\n", "\r\ntouch canary\n", "| touch canary", "& touch canary &", "> canary", "${IFS}touch${IFS}canary",
        "\\'; touch canary #", "-rf", "--checkpoint-action=exec=touch canary", "*", "~", "?", "[a-z]", "{a,b}", "!!", "\u0001", "\u001b[2J", "é", "错误", "$'\\x27;touch canary'", "<<E\ntouch canary\nE", "a b", "", "#", "\\", "&&touch canary", "\t", "%s%n", "\ud83d\ude00",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("fleet-canary-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string> Shells { get; } = new("sh", "bash");

    /// <summary>Every way from a value of others to a shell.</summary>
    private static readonly (string Name, Func<string, string, string> Script)[] Ways =
    [
        ("a fact in a runbook's command", (_, v) => Expand("printf '%s' ${facts.a.b} >/dev/null", v)),
        ("a fact as a part of a word", (_, v) => Expand("cat --to=${facts.a.b}/x ./${facts.a.b} 2>/dev/null", v)),
        ("a fact in a substitution", (_, v) => Expand("x=$(printf '%s' ${facts.a.b})", v)),
        ("a package's name", (_, v) => CommandText.Expand("printf '%s' ${package.file} ${package.installer} ${package.upgrade} >/dev/null", new Dictionary<string, string>(), new Dictionary<string, string>(), Package(v))),
        ("an upload's look", (f, v) => UploadScripts.Look(new UploadPaths($"{f}/{v}", 7))),
        ("an upload's prefix", (f, v) => UploadScripts.Prefix(new UploadPaths($"{f}/{v}", 7), 10)),
        ("an upload's digest", (f, v) => UploadScripts.Digest(new UploadPaths($"{f}/{v}", 7))),
        ("an upload's end", (f, v) => UploadScripts.Name(new UploadPaths($"{f}/{v}", 7), Package("x"))),
        ("an upload's drop", (f, v) => UploadScripts.Drop(new UploadPaths($"{f}/{v}", 7))),
        ("a taken over upload", (f, v) => UploadScripts.TakeOver(new UploadPaths($"{f}/{v}", 7), new UploadPlan(null, new RemotePart(6, 1), [new RemotePart(5, 1)]))),
        ("an installer's path", (f, v) => InstallerScript.Replace($"{f}/{v}.tar.gz", new string('a', 64), $"{f}/i", "4.2.1")),
        ("an old installer's version", (f, v) => InstallerScript.Replace($"{f}/p.tar.gz", new string('a', 64), $"{f}/i{v}", v)),
        ("a backup's file", (f, v) => BackupDigest.OfFile($"{f}/{v}")),
        ("a backup's folder", (f, v) => BackupDigest.OfTree($"{f}/{v}", contents: true)),
        ("what is set aside", (f, v) => SetAside.Script($"{f}/{v}", [$"{f}/m{v}"], $"{f}/to{v}")),
        ("superfluous files", (f, v) => OldBackups.FirstboxScript([$"{f}/{v}"], $"{f}/out{v}")),
        ("superfluous files with a scan", (f, v) => MoveOut.Script([$"{f}/{v}"], $"{f}/out{v}", "true")),
        ("names of nodes", (f, v) => NodeCommand.Call($"{f}/exec", v, "true")),
        ("the path of exec_nodes.sh", (f, v) => NodeCommand.Call($"{f}/{v}", "all", "true")),
        ("a word of Fleet's own", (_, v) => $"printf '%s' {ShellQuote.Of(v)} >/dev/null; printf '%s' {Sh.Quote(v)} >/dev/null"),
        ("where an upload is appended", (f, v) => FileAppender.CommandLine($"{f}/{v}", 0)),
    ];

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Whatever_others_chose_is_a_word_and_never_a_command(string shell)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "exec"), "#!/bin/sh\nexit 0\n", TestContext.Current.CancellationToken);
        var values = Values().ToList();
        foreach (var (name, script) in Ways)
        {
            foreach (var (number, value) in values.Index())
                await File.WriteAllTextAsync(Path.Combine(folder, $"script-{number:000}"), script(folder, value), TestContext.Current.CancellationToken);
            await RunAsync(shell, $"for f in script-*; do {shell} \"$f\" </dev/null >/dev/null 2>&1; done");
            Directory.EnumerateFileSystemEntries(folder, Canary, SearchOption.AllDirectories).ShouldBeEmpty(name);
        }
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_value_comes_out_of_the_shell_as_it_went_in(string shell)
    {
        // A shell's word holds no NUL.
        var values = Values().Where(v => !v.Contains('\0', StringComparison.Ordinal)).ToList();
        var script = string.Concat(values.Select(v => $"{Expand("printf '%s\\0' ${facts.a.b}", v)}\nprintf '%s\\0' {ShellQuote.Of(v)} {Sh.Quote(v)}\n"));
        (await RunAsync(shell, script)).Split('\0')[..^1].ShouldBe(values.SelectMany(v => new[] { v, v, v }));
    }

    /// <summary>Each piece, and pieces put together by a seed.</summary>
    private static IEnumerable<string> Values()
    {
        var random = new Random(7);
        return Pieces.Concat(Enumerable.Range(0, 10).Select(_ => string.Concat(Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Pieces[random.Next(Pieces.Length)]))));
    }

    private static string Expand(string command, string value) => CommandText.Expand(command, new Dictionary<string, string>(), new Dictionary<string, string> { ["a.b"] = value }, Package("x"));

    private static PackageRef Package(string value) => new() { FileName = value, Digest = new string('a', 64), Size = 1, Installer = value, Qingcloud = "1", Upgrade = value };

    private async Task<string> RunAsync(string shell, string script)
    {
        using var process = Process.Start(new ProcessStartInfo(shell) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder })!;
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(script));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read all of its script.
        }

        var output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return output;
    }
}
