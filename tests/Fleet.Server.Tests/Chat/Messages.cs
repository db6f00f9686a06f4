using Fleet.Server.Chat;

namespace Fleet.Server.Tests.Chat;

/// <summary>Messages of every kind, for what a chat makes of them.</summary>
internal static class Messages
{
    public const string Hostile = "<!channel> & *bold* `code` <https://evil.example|here> @everyone <at id=all></at> ${x}";

    public static ChatMessage Plain(string title = "Hello") => new() { Title = title };

    public static ChatMessage Whole() => new()
    {
        Title = "Wave 1 asks: restart?",
        Mood = ChatMood.Asks,
        Lines = ["pek1a waits", Hostile],
        Output = "$ ls\n```\n<!here>\n",
        Links = [new ChatLink("trace", new Uri("https://fleet.example/t/1?a=1&b=2")), new ChatLink("report", new Uri("https://fleet.example/r"))],
        Buttons =
        [
            new ChatButton("Yes", "sealed-yes", "answer 7 yes", ChatButtonStyle.Good),
            new ChatButton("No", "sealed-no", "answer 7 no", ChatButtonStyle.Harmful),
            new ChatButton("Other…", "sealed-other", "answer 7 TEXT", Asks: "Your answer – to pek1a"),
        ],
        Mentions = ["sre", "ann", "here", "nobody"],
    };

    /// <summary>More of everything than any chat takes.</summary>
    public static ChatMessage Huge() => new()
    {
        Title = new string('&', 500),
        Mood = ChatMood.Bad,
        Lines = [.. Enumerable.Range(0, 500).Select(i => $"{i} {Hostile} 😀😀")],
        Output = string.Concat(Enumerable.Repeat("<>&😀\n", 5000)) + "the end",
        Links = [.. Enumerable.Range(0, 60).Select(i => new ChatLink($"link {i} {new string('x', 300)}", new Uri($"https://fleet.example/{new string('y', i * 100)}")))],
        Buttons =
        [
            new ChatButton("Too long", new string('v', 2001), "answer 1"),
            .. Enumerable.Range(0, 120).Select(i => new ChatButton($"{i} <{new string('b', 100)}>", $"v{i}", $"answer {i}", Asks: i % 2 == 0 ? new string('q', 400) : null)),
        ],
        Mentions = [.. Enumerable.Range(0, 50).Select(i => $"group{i}")],
    };

    public static ChatMessage Edges() => new() { Title = "x", Lines = ["", ""], Output = "", Links = [new ChatLink("mail", new Uri("mailto:a@b.example"))] };
}
