using System.Security.Cryptography;
using System.Text;
using Fleet.Worker.Executions;

namespace Fleet.Worker.Tests.Executions;

public sealed class RunnerFrameReaderTests
{
    private const string End = "fleet1 end state=exited exit=3 cancelled=0 printed=9 kept=9 blocked=0 live=0 boot=b-1 fence=7 installation=one active=- truncated=- verdict=-\n";

    [Theory]
    [InlineData("one frame", "abc")]
    [InlineData("two frames", "abc|defg")]
    [InlineData("bytes that look like frames", "\nfleet1 end state=lost\n|x")]
    [InlineData("a zero byte and high bytes", "\0\u00ff\n\n|\0")]
    public void Whole_frames_are_handed_on_however_the_stream_is_cut(string _, string pieces)
    {
        var bodies = pieces.Split('|').Select(Encoding.Latin1.GetBytes).ToArray();
        var stream = Frames(bodies);
        foreach (var cut in Enumerable.Range(1, stream.Length))
        {
            var (frames, torn) = Read(stream, cut);

            torn.ShouldBeFalse();
            frames.OfType<string>().ShouldBe([.. bodies.Select(Encoding.Latin1.GetString)]);
            frames.OfType<RunnerLine>().Single().Word.ShouldBe("end");
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8192)]
    [InlineData(100_000)]
    public void A_line_that_is_longer_than_any_of_the_runners_is_none_in_whatever_pieces_it_comes(int cut)
    {
        var (frames, _) = Read(Encoding.ASCII.GetBytes($"fleet1 end state=lost {new string('9', 9000)}=\n{End}"), cut);
        frames.OfType<RunnerLine>().ShouldHaveSingleItem().Fields["state"].ShouldBe("exited");
    }

    [Fact]
    public void A_stream_that_ends_anywhere_hands_on_only_whole_frames()
    {
        var stream = Frames("first"u8.ToArray(), "second"u8.ToArray());
        for (var end = 0; end < stream.Length; end++)
        {
            var (frames, _) = Read(stream[..end], 7);

            frames.Where(f => f is not "first" and not "second").ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("a wrong digest", "\nfleet1 beat printed=0 blocked=0\nfleet1 bytes offset=0 cut=0 length=3 sha=00\nabcfleet1 beat printed=3 blocked=0\n")]
    [InlineData("no length", "\nfleet1 bytes offset=0 cut=0 sha=00\nabc")]
    [InlineData("a length over the limit", "\nfleet1 bytes offset=0 cut=0 length=1048577 sha=00\nabc")]
    [InlineData("a negative offset", "\nfleet1 bytes offset=-1 cut=0 length=3 sha=00\nabc")]
    [InlineData("noise after the first frame", "\nfleet1 beat printed=0 blocked=0\nhead: write error\n")]
    [InlineData("an endless line after the first frame", "\nfleet1 beat printed=0 blocked=0\n################")]
    public void What_is_no_frame_tears_the_stream_and_nothing_behind_it_counts(string what, string text)
    {
        var stream = Encoding.Latin1.GetBytes(what.Contains("endless") ? text + new string('#', 9000) : text);

        var (frames, torn) = Read(stream, 1000);

        torn.ShouldBeTrue();
        frames.OfType<string>().ShouldBeEmpty();
        frames.OfType<RunnerLine>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Welcome to the firstbox\nLast login: today\n\n")]
    [InlineData("no line feed at its end")]
    [InlineData("fleet1 \nfleet1 words without fields\n")]
    public void What_a_login_shell_prints_before_the_first_frame_is_skipped(string noise)
    {
        var (frames, torn) = Read([.. Encoding.UTF8.GetBytes(noise), .. Frames("abc"u8.ToArray())], 5);

        torn.ShouldBeFalse();
        frames[0].ShouldBe("abc");
    }

    [Fact]
    public void Noise_without_end_tears_the_stream_instead_of_filling_the_memory() => Read(new byte[300 * 1024], 4096).Torn.ShouldBeTrue();

    [Theory]
    [InlineData("state=absent exit=-", ExecutionState.Absent, null)]
    [InlineData("state=staged exit=-", ExecutionState.Staged, null)]
    [InlineData("state=running exit=-", ExecutionState.Running, null)]
    [InlineData("state=exited exit=0", ExecutionState.Exited, 0)]
    [InlineData("state=exited exit=137", ExecutionState.Exited, 137)]
    [InlineData("state=exited exit=-", ExecutionState.Exited, null)]
    [InlineData("state=orphan exit=-", ExecutionState.Orphan, null)]
    [InlineData("state=lost exit=-", ExecutionState.Lost, null)]
    internal void A_status_line_says_the_state(string fields, ExecutionState state, int? exit)
    {
        var status = RunnerLine.Parse($"fleet1 status {fields} cancelled=1 printed=12 kept=10 blocked=1 live=3 boot=b-1 fence=7 installation=one active=other newer=field truncated=disk verdict=done by hand, a=b")!.Status()!;

        status.ShouldBe(new ExecutionStatus(state, exit, true, 12, 10, true, "b-1", 7, "one", "other", 3) { Truncated = true, Verdict = "done by hand, a=b" });
    }

    [Theory]
    [InlineData("fleet1 status state=dancing boot=b")]
    [InlineData("fleet1 status state=running")]
    [InlineData("fleet1 ok")]
    public void A_line_without_a_known_state_is_no_status(string line) => RunnerLine.Parse(line)!.Status().ShouldBeNull();

    [Theory]
    [InlineData("fenced", Refusal.Fenced)]
    [InlineData("foreign-installation", Refusal.ForeignInstallation)]
    [InlineData("rebooted", Refusal.Rebooted)]
    [InlineData("busy", Refusal.Busy)]
    [InlineData("id-conflict", Refusal.IdConflict)]
    [InlineData("not-running", Refusal.NotRunning)]
    [InlineData("disk-full", Refusal.DiskFull)]
    [InlineData("lock-timeout", Refusal.LockTimeout)]
    [InlineData("unsupported", Refusal.Unsupported)]
    [InlineData("not-started", Refusal.NotStarted)]
    [InlineData("something-new", Refusal.BadInput)]
    internal void A_refusal_says_why(string why, Refusal refusal) => RunnerLine.Parse($"fleet1 refused why={why} detail=x")!.Refusal.ShouldBe(refusal);

    private static byte[] Frames(params byte[][] bodies)
    {
        using var stream = new MemoryStream();
        stream.Write("\n"u8);
        long offset = 0;
        foreach (var body in bodies)
        {
            stream.Write(Encoding.ASCII.GetBytes($"fleet1 bytes offset={offset} cut=0 length={body.Length} sha={Convert.ToHexStringLower(SHA256.HashData(body))}\n"));
            stream.Write(body);
            offset += body.Length;
        }

        stream.Write(Encoding.ASCII.GetBytes(End));
        return stream.ToArray();
    }

    private static (List<object> Frames, bool Torn) Read(byte[] stream, int cut)
    {
        var reader = new RunnerFrameReader();
        var frames = new List<object>();
        foreach (var chunk in stream.Chunk(cut))
        {
            ReadOnlyMemory<byte> rest = chunk;
            while (reader.Next(ref rest) is { } frame)
            {
                switch (frame)
                {
                    case RunnerFrame.Output output:
                        frames.Add(Encoding.Latin1.GetString(output.Bytes.Span));
                        break;
                    case RunnerFrame.Line line:
                        frames.Add(line.Content);
                        break;
                }
            }
        }

        return (frames, reader.Torn);
    }
}
