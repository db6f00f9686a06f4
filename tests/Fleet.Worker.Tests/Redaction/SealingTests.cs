using System.Text;
using Fleet.Sealing;
using Fleet.Testing;
using Microsoft.Extensions.Configuration;

namespace Fleet.Worker.Tests.Redaction;

public sealed class SealingTests
{
    private static readonly TranscriptKey Key = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    [Fact]
    public void What_was_sealed_opens_with_its_key_in_its_execution_and_nowhere_else()
    {
        var piece = Seal("x.a.1.main");
        Encoding.UTF8.GetString(SealedPiece.Open(Key, "x.a.1.main", piece)!.Single().Bytes.Span).ShouldBe("hunter2");
        SealedPiece.Open(Key, "x.a.1.main", piece)!.Single().Offset.ShouldBe(41);
        SealedPiece.Open(Key, "x.a.2.main", piece).ShouldBeNull();
        SealedPiece.Open(new TranscriptKey(new byte[32]), "x.a.1.main", piece).ShouldBeNull();
    }

    [Fact]
    public void A_piece_in_which_any_byte_was_changed_does_not_open()
    {
        var piece = Seal("x");
        for (var i = 0; i < piece.Length; i++)
        {
            var changed = piece.ToArray();
            changed[i] ^= 1;
            SealedPiece.Open(Key, "x", changed).ShouldBeNull();
        }

        SealedPiece.Open(Key, "x", piece.AsSpan(0, piece.Length - 1)).ShouldBeNull();
        SealedPiece.KeyOf("short"u8).ShouldBeNull();
    }

    [Fact]
    public void The_same_bytes_sealed_twice_look_unlike() => Seal("x").ShouldNotBe(Seal("x"));

    [Fact]
    public void Of_several_keys_the_first_seals_and_all_open()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "keys");
        File.WriteAllText(file, $"# newest first\n{new string('a', 64)}\n{Convert.ToBase64String(new byte[32])}\n");
        var keys = Load(("Fleet:Transcripts:Key", $"file:{file}"));
        keys.First!.Id.ShouldBe(TranscriptKey.Parse(new string('a', 64))!.Id);
        keys.Find(new TranscriptKey(new byte[32]).Id).ShouldNotBeNull();
        Load(("Fleet:Transcripts:Key", $"exec:tail -n 1 {file}")).First!.Id.ShouldBe(new TranscriptKey(new byte[32]).Id);
    }

    [Theory]
    [InlineData("env:KEY", "it takes file:/path or exec:command")]
    [InlineData("file:/nowhere/key", "cannot be read")]
    [InlineData("exec:exit 3", "ended with code 3")]
    [InlineData("exec:echo hunter2", "line 1 that is no key")]
    [InlineData("exec:true", "gives no key")]
    public void A_key_that_is_not_to_be_had_does_not_start_and_is_not_told(string reference, string why)
    {
        var thrown = Should.Throw<InvalidOperationException>(() => Load(("Fleet:Transcripts:Key", reference)));
        thrown.Message.ShouldContain(why);
        thrown.Message.Replace(reference, "", StringComparison.Ordinal).ShouldNotContain("hunter2");
    }

    [Fact]
    public void A_key_of_its_own_is_made_once_and_only_its_owner_reads_it()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "data", "transcript-key");
        var first = Load(("Fleet:Transcripts:OwnKey", file)).First!;
        Load(("Fleet:Transcripts:OwnKey", file)).First!.Id.ShouldBe(first.Id);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Load().First.ShouldBeNull();
    }

    private static byte[] Seal(string execution) => SealedPiece.Seal(Key, execution, [(41, "hunter2"u8.ToArray())]);

    private static TranscriptKeys Load(params (string Key, string Value)[] settings) =>
        TranscriptKeys.Load(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());
}
