using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Slack;

namespace Fleet.Server.Tests.Chat.Slack;

public sealed class SlackReaderTests
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";

    [Fact]
    public void A_command_is_read_with_who_where_and_where_the_answer_goes()
    {
        var call = Read(SlackSignatureTests.Body.Replace("&text=", "&text=answer+7+%26lt%3Byes%26gt%3B+%3C%23C1%7Cops%3E", StringComparison.Ordinal)).ShouldBeOfType<SlackCall.Command>();
        call.What.ShouldBe(new ChatCommand("398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c", new ChatPlace("slack", "G8PSS9T3V"), new ChatPerson("T1DC2JH3J:U2CERLKJA", "roadrunner"), "answer 7 <yes> #ops"));
        call.Answer.ShouldBe(new Uri("https://hooks.slack.com/commands/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXaIFfN"));
    }

    [Fact]
    public void A_press_is_read_with_its_message_and_thread()
    {
        var call = Read(Payload(Press("fleet-0"))).ShouldBeOfType<SlackCall.Press>();
        call.What.ShouldBe(new ChatPress("t1", new ChatPost(new ChatPlace("slack", "C1", "1.0"), "2.0"), new ChatPerson("T1:U1", "ann"), "sealed"));
    }

    [Fact]
    public void A_button_that_asks_opens_a_form_and_the_filled_in_form_is_the_press()
    {
        var action = SlackForm.Blocks(Messages.Whole(), new Dictionary<string, string>())[^1]!["elements"]![2]!["action_id"]!.GetValue<string>();
        var ask = Read(Payload(Press(action))).ShouldBeOfType<SlackCall.Ask>();
        ask.Asks.ShouldBe("Your answer – to pek1a");
        var view = JsonNode.Parse(SlackForms.Open(ask))!;
        SlackRules.ViewProblem(view.ToJsonString()).ShouldBeNull();

        view["id"] = "V1";
        view["state"] = new JsonObject { ["values"] = new JsonObject { [SlackForms.Id] = new JsonObject { [SlackForms.Id] = new JsonObject { ["type"] = "plain_text_input", ["value"] = "wait <b>" } } } };
        var filled = new JsonObject { ["type"] = "view_submission", ["team"] = new JsonObject { ["id"] = "T1" }, ["user"] = new JsonObject { ["id"] = "U1", ["name"] = "ann" }, ["view"] = view };
        var call = Read(Payload(filled)).ShouldBeOfType<SlackCall.Press>();
        call.What.ShouldBe(new ChatPress("V1", new ChatPost(new ChatPlace("slack", "C1", "1.0"), "2.0"), new ChatPerson("T1:U1", "ann"), "sealed", "wait <b>"));
        call.Answer.ShouldBeNull();
    }

    [Fact]
    public void A_message_that_calls_the_bot_is_a_command_in_its_thread_and_what_a_bot_says_is_not()
    {
        var told = JsonNode.Parse("""{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"app_mention","user":"U1","text":"<@U0BOT> status <http://pek1a.example|pek1a.example>","ts":"5.0","thread_ts":"4.0","channel":"C1"}}""")!;
        var call = Read(told.ToJsonString(), Json).ShouldBeOfType<SlackCall.Command>();
        call.What.ShouldBe(new ChatCommand("Ev1", new ChatPlace("slack", "C1", "4.0"), new ChatPerson("T1:U1", "U1"), "status pek1a.example"));
        told["event"]!["bot_id"] = "B1";
        Read(told.ToJsonString(), Json).ShouldBeOfType<SlackCall.Nothing>();
    }

    [Fact]
    public void A_challenge_is_read() => Read("""{"type":"url_verification","token":"x","challenge":"abc"}""", Json).ShouldBe(new SlackCall.Challenge("abc"));

    [Theory]
    [InlineData("ssl_check=1&token=x", Form)]
    [InlineData("""{"type":"event_callback","event_id":"E","event":{"type":"message","user":"U1","channel":"C1"}}""", Json)]
    [InlineData("""{"type":"app_rate_limited"}""", Json)]
    [InlineData("payload=%7B%22type%22%3A%22shortcut%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%7D%7D", Form)]
    public void What_is_not_meant_for_Fleet_is_taken_and_left(string body, string type) => Read(body, type).ShouldBeOfType<SlackCall.Nothing>();

    [Theory]
    [InlineData("", Form)]
    [InlineData("command=%2Ffleet", Form)]
    [InlineData("payload=no+json", Form)]
    [InlineData("payload=[]", Form)]
    [InlineData("payload=%7B%22type%22%3A%22block_actions%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%7D%2C%22actions%22%3A7%7D", Form)]
    [InlineData("payload=%7B%22type%22%3A7%7D", Form)]
    [InlineData("{", Json)]
    [InlineData("{} {}", Json)]
    [InlineData("""{"\ud800":1,"type":"event_callback","\udc00":2}""", Json)]
    [InlineData("[]", Json)]
    [InlineData("""{"type":"event_callback","event":7}""", Json)]
    [InlineData("""{"type":"event_callback","event_id":"E","even\ud800\ud800t":{}}""", Json)]
    [InlineData("""{"type":"event_callback","event":"x","event_id":"\ud800"}""", Json)]
    public void What_is_malformed_is_nothing(string body, string type) => Read(body, type).ShouldBeNull();

    [Fact]
    public void Bytes_that_are_no_text_are_nothing() => SlackReader.Request([(byte)'a', 0xff, 0xfe], Form).ShouldBeNull();

    [Fact]
    public void Nobody_is_proven_whose_team_is_not_told() =>
        Read(SlackSignatureTests.Body.Replace("team_id=T1DC2JH3J&", "", StringComparison.Ordinal)).ShouldBeOfType<SlackCall.Command>().What.Person.IsProven.ShouldBeFalse();

    internal static JsonObject Press(string action, string trigger = "t1", string answer = "https://hooks.slack.com/actions/x") => new()
    {
        ["type"] = "block_actions",
        ["trigger_id"] = trigger,
        ["team"] = new JsonObject { ["id"] = "T1" },
        ["user"] = new JsonObject { ["id"] = "U1", ["username"] = "ann", ["team_id"] = "T1" },
        ["container"] = new JsonObject { ["type"] = "message", ["message_ts"] = "2.0", ["channel_id"] = "C1" },
        ["channel"] = new JsonObject { ["id"] = "C1" },
        ["message"] = new JsonObject { ["ts"] = "2.0", ["thread_ts"] = "1.0" },
        ["response_url"] = answer,
        ["actions"] = new JsonArray(new JsonObject { ["type"] = "button", ["action_id"] = action, ["value"] = "sealed" }),
    };

    internal static string Payload(JsonNode payload) => $"payload={Uri.EscapeDataString(payload.ToJsonString(new JsonSerializerOptions()))}";

    private static SlackCall? Read(string body, string type = Form) => SlackReader.Request(Encoding.UTF8.GetBytes(body), type);
}
