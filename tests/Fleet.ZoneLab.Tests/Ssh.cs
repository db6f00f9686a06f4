using System.Diagnostics;
using System.Text;
using Fleet.ZoneLab;

namespace Fleet.ZoneLab.Tests;

/// <summary>OpenSSH's own client, with the zone's host key pinned.</summary>
internal static class Ssh
{
    public sealed record Result(int Exit, byte[] Bytes, string Error)
    {
        public string Output => Encoding.Latin1.GetString(Bytes);
    }

    public static async Task<Result> SshAsync(this LabZone zone, string command, string input = "", params string[] options)
    {
        using var process = Start(zone, "ssh", [.. options, "-p", $"{zone.Port}", $"{zone.User}@{zone.Host}", command]);
        var bytes = new MemoryStream();
        var output = process.StandardOutput.BaseStream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        return new Result(process.ExitCode, bytes.ToArray(), await error);
    }

    public static async Task<Result> SftpAsync(this LabZone zone, string batch)
    {
        using var process = Start(zone, "sftp", ["-q", "-b", "-", "-P", $"{zone.Port}", $"{zone.User}@{zone.Host}"]);
        await process.StandardInput.WriteAsync(batch);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Result(process.ExitCode, Encoding.Latin1.GetBytes(await output), error);
    }

    /// <summary>A command under a pseudo-terminal, to be answered.</summary>
    public static Terminal Open(this LabZone zone, string command) =>
        new(Start(zone, "ssh", ["-tt", "-p", $"{zone.Port}", $"{zone.User}@{zone.Host}", command]));

    private static Process Start(LabZone zone, string program, string[] args)
    {
        var known = Path.Combine(zone.ControlPath, "known_hosts");
        File.WriteAllText(known, $"[{zone.Host}]:{zone.Port} {zone.HostPublicKey}\n");
        List<string> all = ["-F", "none", "-o", $"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"];
        if (!zone.Shape.OldAlgorithms)
            all.AddRange(["-o", "KexAlgorithms=curve25519-sha256"]);
        if (zone.IdentityFile is { } identity)
            all.AddRange(["-i", identity]);
        var info = new ProcessStartInfo(program, [.. all, .. args])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (zone.PasswordFile is { } password)
        {
            var ask = Path.Combine(zone.ControlPath, "askpass");
            File.WriteAllText(ask, $"#!/bin/sh\ncat '{password}'\n");
            File.SetUnixFileMode(ask, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            info.Environment["SSH_ASKPASS"] = ask;
            info.Environment["SSH_ASKPASS_REQUIRE"] = "force";
        }
        return Process.Start(info)!;
    }
}
