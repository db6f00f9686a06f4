using Fleet.Orchestration.Audit;
using Fleet.Orchestration.Store;

namespace Fleet.Orchestration.Tests.Sealing;

public sealed class AuditChainTests
{
    private static readonly Guid Rollout = new("01a22605-da5b-75aa-b48a-b65b7f358c41");

    [Fact]
    public void A_link_stays_what_it_was_in_every_later_version() =>
        Convert.ToHexStringLower(AuditChain.Link(AuditChain.Beginning, Rollout, 1, Entry(), AuditChain.FirstFormat)).ShouldBe("c46d803106c0e8abe4bacc6b1a2f3f82fae8c2192578015267c7ec18a439040e");

    [Fact]
    public void The_order_in_which_arguments_were_given_is_nothing()
    {
        var turned = Entry();
        turned.Args = turned.Args.Reverse().ToDictionary();
        Link(turned).ShouldBe(Link(Entry()));
    }

    [Theory]
    [InlineData("number")]
    [InlineData("at")]
    [InlineData("actor")]
    [InlineData("code")]
    [InlineData("zone")]
    [InlineData("no zone")]
    [InlineData("zone upgrade")]
    [InlineData("rollout")]
    [InlineData("argument")]
    [InlineData("name")]
    [InlineData("one more")]
    [InlineData("cut otherwise")]
    [InlineData("from where")]
    [InlineData("outcome")]
    public void Whatever_an_entry_says_is_under_its_link(string changed)
    {
        var entry = Entry();
        Action change = changed switch
        {
            "number" => () => entry.Number++,
            "at" => () => entry.At = entry.At.AddMicroseconds(1),
            "actor" => () => entry.Actor = "bob",
            "code" => () => entry.Code = "answer",
            "zone" => () => entry.Zone = "sh1a",
            "no zone" => () => entry.Zone = null,
            "zone upgrade" => () => entry.ZoneUpgradeId = null,
            "rollout" => () => entry.RolloutId = Guid.Empty,
            "argument" => () => entry.Args = new Dictionary<string, string>(entry.Args) { ["choice"] = "ignore" },
            "name" => () => entry.Args = new Dictionary<string, string> { ["choices"] = "retry", ["step"] = "services" },
            "from where" => () => entry.Source = "api 10.0.0.7",
            "outcome" => () => entry.Outcome = "refused",
            "one more" => () => entry.Args = new Dictionary<string, string>(entry.Args) { ["x"] = "" },
            _ => () => (entry.Actor, entry.Code) = ("anna", "nswer-given"),
        };
        change();
        Link(entry).ShouldNotBe(Link(Entry()));
    }

    [Fact]
    public void What_came_before_and_the_place_are_under_it_too()
    {
        var link = AuditChain.Link(AuditChain.Beginning, Rollout, 1, Entry());
        AuditChain.Link(link, Rollout, 1, Entry()).ShouldNotBe(link);
        AuditChain.Link(AuditChain.Beginning, Rollout, 2, Entry()).ShouldNotBe(link);
        AuditChain.Link(AuditChain.Beginning, AuditChain.Rest, 1, Entry()).ShouldNotBe(link);
    }

    [Theory]
    [InlineData("12:0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF", true)]
    [InlineData("0:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    [InlineData("12:0123", false)]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    [InlineData("12:g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    public void A_head_is_a_place_and_a_hash(string text, bool isOne) => (AuditHead.Parse(text) is not null).ShouldBe(isOne);

    private static string Link(AuditRow entry) => Convert.ToHexStringLower(AuditChain.Link(AuditChain.Beginning, Rollout, 1, entry));

    private static AuditRow Entry() => new()
    {
        Number = 7,
        At = new DateTimeOffset(2026, 11, 1, 20, 0, 0, TimeSpan.Zero),
        Actor = "ann",
        Code = "answer-given",
        Args = new Dictionary<string, string> { ["choice"] = "retry", ["step"] = "services" },
        Zone = "pek1a",
        ZoneUpgradeId = new Guid("01a22605-da5b-75aa-b48a-b65b7f358c42"),
        RolloutId = Rollout,
    };
}
