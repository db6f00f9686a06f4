using System.Text;
using Fleet.Contracts.Workers;
using Fleet.Hosting.Bus.Seals;
using Fleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Orchestration.Tests.Wire;

/// <summary>What a seal says, and what it does not let through.</summary>
public sealed class SealTests : IDisposable
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"messageType":["urn:message:Fleet.Contracts.Phases:ExecutePhase"]}""");
    private readonly TemporaryFolder folder = new();
    private readonly Refusals refusals = new(TimeProvider.System, NullLogger<Refusals>.Instance);

    [Fact]
    public void What_was_sealed_for_a_queue_comes_out_of_it()
    {
        var seals = With(BusKey.New());
        var (to, code) = seals.Make("fleet-pool-default", "e", Body);
        seals.Accept("fleet-pool-default", to, code, "e", Body).ShouldBeTrue();
    }

    [Fact]
    public void One_byte_changed_is_refused()
    {
        var seals = With(BusKey.New());
        var (to, code) = seals.Make("fleet-pool-default", "e", Body);
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = (byte[])Body.Clone();
            changed[i] ^= 1;
            seals.Accept("fleet-pool-default", to, code, "e", changed).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("fleet-pool-default", null)]
    [InlineData("fleet-pool-default", "")]
    [InlineData("fleet-pool-default", "no base64 at all")]
    [InlineData("fleet-pool-default", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void Without_a_good_code_it_is_refused(string? to, string? code) => With(BusKey.New()).Accept("fleet-pool-default", to, code, "e", Body).ShouldBeFalse();

    [Fact]
    public void A_seal_of_another_key_is_refused()
    {
        var (to, code) = With(BusKey.New()).Make("fleet-pool-default", "e", Body);
        With(BusKey.New()).Accept("fleet-pool-default", to, code, "e", Body).ShouldBeFalse();
    }

    [Theory]
    [InlineData("fleet-zone-upgrades", "fleet-pool-default", "an event that was overheard is no command")]
    [InlineData("fleet-pool-one", "fleet-pool-two", "a command is for its pool")]
    [InlineData("fleet-worker-one.w", "fleet-worker-two.w", "an answer is for its worker")]
    [InlineData("fleet-pool-default", "fleet-zone-upgrades", "a command is no event")]
    [InlineData("Fleet.Contracts.Rollouts:RolloutDue", "fleet-pool-default", "nothing is published to workers")]
    [InlineData("Fleet.Contracts.Rollouts:RolloutDue", "fleet-answers-1", "nor to who asked")]
    public void What_was_sent_one_way_cannot_be_sent_another(string sent, string came, string why)
    {
        var seals = With(BusKey.New());
        var (to, code) = seals.Make(sent, "e", Body);
        seals.Accept(came, to, code, "e", Body).ShouldBeFalse(why);
        seals.Accept(came, came, code, "e", Body).ShouldBeFalse("saying that it was meant for here does not help");
    }

    [Fact]
    public void What_is_published_comes_to_the_coordinator()
    {
        var seals = With(BusKey.New());
        var (to, code) = seals.Make("Fleet.Contracts.Rollouts:RolloutDue", "e", Body);
        seals.Accept(Endpoints.Rollouts, to, code, "e", Body).ShouldBeTrue();
    }

    [Fact]
    public void The_envelope_and_the_body_cannot_lend_each_other_bytes()
    {
        var seals = With(BusKey.New());
        var (to, code) = seals.Make("fleet-transcripts", "12", "34"u8);
        seals.Accept("fleet-transcripts", to, code, "123", "4"u8).ShouldBeFalse();
    }

    [Fact]
    public void Keys_rotate_while_both_sides_run()
    {
        var (old, young) = (BusKey.New(), BusKey.New());
        var (senderFile, receiverFile) = (Path.Combine(folder.Path, "sender"), Path.Combine(folder.Path, "receiver"));
        File.WriteAllText(senderFile, old);
        File.WriteAllText(receiverFile, old);
        var clock = new Hands();
        var (sender, receiver) = (From(senderFile, clock), From(receiverFile, clock));
        bool Passes()
        {
            var (to, code) = sender.Make("fleet-workers", "e", Body);
            return receiver.Accept("fleet-workers", to, code, "e", Body);
        }

        void Write(string file, string text)
        {
            File.WriteAllText(file, text);
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(clock.Minutes + 10));
            clock.Minutes++;
        }

        Passes().ShouldBeTrue();
        Write(receiverFile, $"{old}\n{young}\n");
        Passes().ShouldBeTrue();
        Write(senderFile, $"# the new one first\n{young}\n{old}\n");
        Passes().ShouldBeTrue();
        Write(receiverFile, young);
        Passes().ShouldBeTrue();
        Write(receiverFile, "half of a fi");
        Passes().ShouldBeTrue("what cannot be read leaves the keys that were");
        Write(receiverFile, BusKey.New());
        Passes().ShouldBeFalse("a key that was taken out opens nothing any more");
    }

    [Fact]
    public void While_keys_are_introduced_what_has_no_seal_is_taken_and_a_wrong_one_is_not()
    {
        var path = BusKey.WriteTo(folder.Path);
        var seals = new SealedMessages(new SealKeys(path, TimeProvider.System, NullLogger<SealKeys>.Instance), acceptUnsigned: true, refusals);
        seals.Accept("fleet-pool-default", null, null, "e", Body).ShouldBeTrue();
        seals.Accept("fleet-pool-default", "fleet-pool-default", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "e", Body).ShouldBeFalse();
    }

    public void Dispose()
    {
        refusals.Dispose();
        folder.Dispose();
    }

    private SealedMessages With(string key)
    {
        var path = Path.Combine(folder.Path, Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, key);
        return From(path, TimeProvider.System);
    }

    private SealedMessages From(string path, TimeProvider time) => new(new SealKeys(path, time, NullLogger<SealKeys>.Instance), acceptUnsigned: false, refusals);

    private sealed class Hands : TimeProvider
    {
        public int Minutes { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 1000 + (Minutes * 60);
    }
}
