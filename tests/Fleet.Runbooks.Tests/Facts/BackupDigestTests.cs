using System.Diagnostics;
using Fleet.Runbooks.Facts;

namespace Fleet.Runbooks.Tests.Facts;

/// <summary>The digest commands, run by the shell of this machine.</summary>
public sealed class BackupDigestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet-digest-").FullName;

    private string Tree => Path.Combine(_folder, "a tree");

    public BackupDigestTests()
    {
        Directory.CreateDirectory(Path.Combine(Tree, "sub"));
        File.WriteAllText(Path.Combine(Tree, "b"), "one");
        File.WriteAllText(Path.Combine(Tree, "sub", "a blank's file"), "two");
    }

    [Fact]
    public void A_digest_is_made_twice_the_same_and_does_not_depend_on_where_the_tree_lies()
    {
        var digest = BackupDigest.Read(Run(BackupDigest.OfTree(Tree, contents: true))).ShouldNotBeNull();
        BackupDigest.Read(Run(BackupDigest.OfTreeOrTorn(Tree, contents: true))).ShouldBe(digest, "who verifies and who goes back make the same");
        Directory.Move(Tree, Tree + "2");
        BackupDigest.Read(Run(BackupDigest.OfTree(Tree + "2", contents: true))).ShouldBe(digest);
        BackupDigest.Read(Run(BackupDigest.OfTree(Tree, contents: true))).ShouldNotBe(digest, "it is not there");
    }

    [Theory]
    [InlineData(true, "oNe", true)]
    [InlineData(false, "oNe", false)]
    [InlineData(false, "more", true)]
    public void A_changed_byte_changes_it_and_of_sizes_only_a_changed_size_does(bool contents, string text, bool changes)
    {
        var before = BackupDigest.Read(Run(BackupDigest.OfTree(Tree, contents))).ShouldNotBeNull();
        File.WriteAllText(Path.Combine(Tree, "b"), text);
        (BackupDigest.Read(Run(BackupDigest.OfTree(Tree, contents))) != before).ShouldBe(changes);
    }

    [Theory]
    [InlineData("xargs")]
    [InlineData("find")]
    [InlineData("sort")]
    public void A_digest_of_a_tree_that_could_not_be_read_whole_is_none(string failing)
    {
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        File.WriteAllText(Path.Combine(bin, failing), $"#!/bin/sh\nPATH=/usr/bin:/bin; {failing} \"$@\"; exit 1\n");
        File.SetUnixFileMode(Path.Combine(bin, failing), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var command = BackupDigest.OfTreeOrTorn(Tree, contents: true);
        BackupDigest.Read(Run(command)).ShouldNotBeNull();
        BackupDigest.Read(Run($"PATH={bin}:$PATH; {command}")).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/pitrix/backup/4.2.1-20190318/conf")]
    public void It_travels_through_exec_nodes(string path)
    {
        NodeCommand.WhyItCannotTravel(BackupDigest.OfTreeOrTorn(path, contents: true)).ShouldBeNull();
        NodeCommand.WhyItCannotTravel(BackupDigest.OfTreeOrTorn(path, contents: false)).ShouldBeNull();
        NodeCommand.WhyItCannotTravel(BackupDigest.OfFile(path)).ShouldBeNull();
    }

    private static string Run(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var printed = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return printed;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
