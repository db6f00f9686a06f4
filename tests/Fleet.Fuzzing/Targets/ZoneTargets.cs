using System.Text;
using Fleet.Cli.Logs;
using Fleet.Cli.Output;
using Fleet.Runbooks.Model;
using Fleet.Worker.Executions;
using Fleet.Worker.Phases;
using Fleet.Worker.Phases.Prompts;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Fuzzing.Targets;

/// <summary>What comes over a link from a zone: frames, lines, prompts, raw output.</summary>
internal static class ZoneTargets
{
    private static readonly PromptRule[] Rules =
    [
        new() { Name = "component", Pattern = @"Are you sure to update \[(?<nodes>[^\]]+)\] nodes with \[(?<packages>[^\]]+)\]", Policy = PromptPolicy.Ask, Component = true },
        new() { Name = "sure", Pattern = @"\[[yY]es/[nN]o\]|\(y/n\)|continue", Policy = PromptPolicy.Ask },
    ];

    public static IReadOnlyList<Target> All { get; } =
    [
        new("runner-frames", [Frames("hello\r\nworld"), "motd\nfleet1 beat printed=12 blocked=0\nfleet1 refused why=fenced detail=9\n"u8.ToArray()], ReadFrames),
        Target.OfText("runner-line", t => ReadLine(t), "fleet1 status state=running boot=x printed=12 kept=3 fence=7 active=a live=2 verdict=all is well", "fleet1 watch watch=armed limit=28800 age=12 outcome=none at=1790000000 verdict=x"),
        new("read-batch", [Batched("version", "x"), Batched("list.gz", "y")], b => Batch.Read(b)),
        Target.OfText("prompt", t => PromptMatcher.Match(t, Rules), "Are you sure to update [hyper] nodes with [hyper] packages [yes/no] ", "continue? (y/n): "),
        Target.OfText("fingerprint", t => ReadQuestion(t), "Updating [hyper01] with [hyper] ... Error!\nAre you sure to ignore [hyper01, hyper02] at 2026-11-01 10:00:00 12:30? "),
        Target.OfText("known-hosts", t => KnownHosts.Parse(t).For("10.1.0.2", 2222), "[10.1.0.2]:2222,!b* ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEl9hV3zZ1y4mE0B0sWyB8V3QZ8m1i2Q0m5bQbN0x9aY c\n@revoked * ssh-rsa AAAAB3NzaC1yc2E=\n|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-rsa AAAAB3NzaC1yc2E=\n"),
        new("output-tail", ["Updating ... Error!\r\nline\n"u8.ToArray(), [0xc4, 0xe3, 0xba, 0xc3, 0x0a]], ReadTail),
        new("transcript-text", ["\u001b[31mred\u001b[0m \u001b]0;title\u0007\r\nline\n"u8.ToArray(), [0xc4, 0xe3, 0xba, 0xc3, 0x0a]], ReadTranscript),
        Target.OfText("harmless", t => Held.That(IsHarmless(Harmless.Text(t)) && IsHarmless(Harmless.Line(t)), "no control character is left"), "\u001b[2J\u009b31m\u202eabc\u200f\r\nx\ty"),
        Target.OfText("shell-quote", t => Quoted(t), "a b", "it's", "$(id)", "`id`"),
    ];

    private static byte[] Frames(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        return [.. Encoding.UTF8.GetBytes($"fleet1 bytes offset=0 length={bytes.Length} cut=0 sha={sha}\n"), .. bytes, .. "fleet1 status state=exited exit=0 boot=x\n"u8];
    }

    private static byte[] Batched(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes($"{text}\nfleet-exit=0");
        if (name.EndsWith(".gz", StringComparison.Ordinal))
        {
            using var packed = new MemoryStream();
            using (var zip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
                zip.Write(bytes);
            bytes = packed.ToArray();
        }

        return Encoding.UTF8.GetBytes($"\nfleet-part {name} {Convert.ToBase64String(bytes)}\n");
    }

    /// <summary>However the bytes are cut on their way, the same frames come of them.</summary>
    private static void ReadFrames(byte[] bytes) => Held.That(FramesOf(bytes, bytes.Length) == FramesOf(bytes, 7), "frames do not depend on how bytes arrive");

    private static string FramesOf(byte[] bytes, int piece)
    {
        var reader = new RunnerFrameReader();
        var seen = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += piece)
        {
            ReadOnlyMemory<byte> input = bytes.AsMemory(at, Math.Min(piece, bytes.Length - at));
            while (reader.Next(ref input) is { } frame)
            {
                seen.Append(frame switch
                {
                    RunnerFrame.Line line => $"line {line.Content.Word} {line.Content.Refusal} {line.Content.Status()}",
                    RunnerFrame.Output output => $"output {output.Offset} {Convert.ToHexString(output.Bytes.Span)}",
                    _ => "beat",
                }).Append('\n');
            }
        }

        return seen.ToString();
    }

    private static void ReadLine(string text)
    {
        if (RunnerLine.Parse(text) is not { } line)
            return;
        line.Status();
        WatchStatus.Of(line);
    }

    private static void ReadQuestion(string text)
    {
        Fingerprints.Normalize(text, ["hyper01", "hyper02", "pek1a"]);
        NodeFailures.Before(text, text.Length / 2);
        NodeFailures.Tried(text, text.Length);
        NodeFailures.ComponentBefore(text, text.Length);
    }

    private static void ReadTail(byte[] bytes)
    {
        var tail = new OutputTail(0) { OnLine = _ => { } };
        for (var at = 0; at < bytes.Length; at += 5)
            tail.Take(at, bytes.AsMemory(at, Math.Min(5, bytes.Length - at)));
        Held.That(tail.End == bytes.Length && tail.Text == RemoteText.Decode(bytes), "the tail is what was printed");
    }

    private static void ReadTranscript(byte[] bytes)
    {
        var text = new TranscriptText();
        var shown = text.Take(bytes) + text.Rest();
        Held.That(IsHarmless(shown), "no control character is left");
    }

    private static bool IsHarmless(string text) => text.All(c => c is '\n' or '\t' || !char.IsControl(c));

    /// <summary>One word for sh: the quotes that begin it end it.</summary>
    private static void Quoted(string text)
    {
        foreach (var quoted in (string[])[ShellQuote.Of(text), Placeholders.Quote(text)])
            Held.That(Unquoted(quoted) == text, "a quoted text is one word that says the same");
    }

    private static string? Unquoted(string word)
    {
        var said = new StringBuilder();
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] == '\'')
            {
                var end = word.IndexOf('\'', i + 1);
                if (end < 0)
                    return null;
                said.Append(word, i + 1, end - i - 1);
                i = end;
            }
            else if (word[i] == '\\' && i + 1 < word.Length && word[i + 1] == '\'')
            {
                said.Append('\'');
                i++;
            }
            else if (char.IsAsciiLetterOrDigit(word[i]) || "/._-:,=+@%".Contains(word[i]))
            {
                said.Append(word[i]);
            }
            else
            {
                return null;
            }
        }

        return said.ToString();
    }
}
