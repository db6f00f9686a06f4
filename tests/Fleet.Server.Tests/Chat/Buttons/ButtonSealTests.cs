using Fleet.Server.Access;
using Fleet.Server.Chat.Buttons;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Server.Tests.Chat.Buttons;

public sealed class ButtonSealTests
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch);
    private readonly KnownTokens known = new("operator-token", "worker-token");

    private ButtonSeal Seal => new(known, time);

    [Fact]
    public void What_was_sealed_is_read_once_by_any_server_of_the_same_token()
    {
        var value = Seal.Seal(Button());
        value.Length.ShouldBeLessThan(ButtonSeal.MostCharacters);
        var other = Seal;
        other.Take(value, out _)!.Line.ShouldBe("answer 1a2b3c4d yes --scope rollout");
        other.Take(value, out var problem).ShouldBeNull();
        problem.Code.ShouldBe("chat-button-used");
    }

    [Fact]
    public void Forged_and_expired_are_told_apart()
    {
        var value = Seal.Seal(Button());
        time.Advance(TimeSpan.FromMinutes(11));
        Seal.Take(value, out var expired).ShouldBeNull();
        expired.Code.ShouldBe("chat-button-expired");
        Seal.Take(new ButtonSeal(new KnownTokens("another-token", "worker-token"), time).Seal(Button()), out var forged).ShouldBeNull();
        forged.Code.ShouldBe("chat-button-forged");
    }

    [Fact]
    public void No_character_of_it_can_be_another()
    {
        var seal = Seal;
        var value = seal.Seal(Button());
        for (var i = 0; i < value.Length; i++)
        {
            // The last letter of base64 has bits that stand for nothing: what they say is the same value.
            if (i == value.Length - 1 || value[i] == '.')
                continue;
            var other = $"{value[..i]}{(value[i] == 'A' ? 'B' : 'A')}{value[(i + 1)..]}";
            seal.Take(other, out var problem).ShouldBeNull(other);
            problem.Code.ShouldBe("chat-button-forged", other);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1..")]
    [InlineData("1.e30.e30")]
    [InlineData("2.e30.AAAA")]
    [InlineData("1.e30.!!!!")]
    [InlineData("a.b.c.d")]
    public void What_is_no_value_is_forged(string value)
    {
        Seal.Take(value, out var problem).ShouldBeNull();
        problem.Code.ShouldBe("chat-button-forged");
    }

    [Fact]
    public void A_line_that_does_not_fit_into_a_button_is_not_cut() => Should.Throw<ArgumentException>(() => Seal.Seal(Button() with { Line = new string('x', 2000) }));

    private SealedButton Button() => new("answer 1a2b3c4d yes --scope rollout", time.GetUtcNow() + TimeSpan.FromMinutes(10));
}
