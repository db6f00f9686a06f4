using Fleet.Orchestration.Identities;
using Fleet.Runbooks.Texts;
using Fleet.Server.Access;
using Fleet.Server.Chat;
using Fleet.Server.Chat.Buttons;
using Fleet.Server.Chat.Calls;
using Fleet.Server.Chat.Commands;
using Fleet.Server.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Server.Tests.Chat.Commands;

/// <summary>What people type, against a real server: it plans, starts and steers as they may.</summary>
public sealed class ChatInboxTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly Caller Admin = new() { Name = "root", Rights = Rights.Of(Role.Admin), Source = "test" };
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private ChatInbox? inbox;
    private int count;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_is_shown_and_starts_by_its_hash_once_the_one_who_asked_confirms()
    {
        var package = await ReadyAsync();
        await LinkAsync("ann", Role.Operator);
        await LinkAsync("bob", Role.Operator);
        var shown = await SayAsync("ann", $"start --zones pek1a,cd1a --package {package} --name by-word");
        shown.Title.ShouldContain("2 zones");
        shown.Mood.ShouldBe(ChatMood.Asks);
        var typed = shown.Buttons.Single().Typed["!fleet ".Length..];
        (await SayAsync("ann", "status by-word")).Mood.ShouldBe(ChatMood.Bad, "nothing has started");
        (await SayAsync("bob", typed)).Title.ShouldContain("somebody else");
        var started = await SayAsync("ann", typed);
        started.Title.ShouldContain("by-word is there by plan");
        (await SayAsync("ann", typed)).Title.ShouldContain("confirmed already");
        (await server.GetAsync("rollouts/by-word")).GetProperty("plan").GetString()!.ShouldStartWith(shown.Title.Split(' ', ':')[1]);

        (await SayAsync("ann", "pause by-word --comment 'wait a moment'")).Title.ShouldContain("by-word paused");
        (await SayAsync("bob", "rollout show by-word")).Lines.ShouldContain(l => l.Contains("wave", StringComparison.Ordinal));
        var abort = await SayAsync("bob", "abort by-word --comment 'wrong package'");
        abort.Title.ShouldContain("2 zones");
        (await SayAsync("bob", abort.Buttons.Single().Typed["!fleet ".Length..])).Mood.ShouldBe(ChatMood.Good);
        var audit = (await server.GetAsync("audit?rollout=by-word")).EnumerateArray().ToList();
        audit.ShouldContain(e => e.GetProperty("actor").GetString() == "bob" && e.GetProperty("source").GetString() == "chat irc/#ops");
    }

    [Fact]
    public async Task Too_late_is_told_and_nothing_starts()
    {
        var package = await ReadyAsync();
        await LinkAsync("ann", Role.Operator);
        var typed = (await SayAsync("ann", $"start --zones pek1a --package {package} --name too-late")).Buttons.Single().Typed["!fleet ".Length..];
        time.Advance(TimeSpan.FromMinutes(11));
        (await SayAsync("ann", typed)).Title.ShouldContain("10 minutes");
        (await server.Operator.GetAsync("/api/v1/rollouts/too-late", Cancellation)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Who_is_linked_to_nobody_may_ask_for_help_and_looks_only_where_the_channel_lets_look()
    {
        await ReadyAsync();
        (await SayAsync("eve", "help")).Lines.ShouldContain(l => l.StartsWith("start:", StringComparison.Ordinal));
        (await SayAsync("eve", "link")).Title.ShouldContain("fleet identity link irc eve");
        (await SayAsync("eve", "who")).Title.ShouldContain("linked to nobody");
        (await SayAsync("eve", "status")).Title.ShouldContain("linked to nobody");
        (await SayAsync("eve", "status", "#look")).Mood.ShouldBe(ChatMood.Plain);
        (await SayAsync("eve", "pause x", "#look")).Title.ShouldContain("linked to nobody");
        (await SayAsync("eve", "start --zones all --package x", "#look")).Title.ShouldContain("linked to nobody");
        (await SayAsync("eve", "confirm abcdef", "#look")).Title.ShouldContain("linked to nobody");
    }

    [Fact]
    public async Task A_name_that_nobody_proves_is_nobodys_even_where_it_is_a_linked_ones()
    {
        await LinkAsync("ann", Role.Admin);
        var answer = await Inbox.CommandAsync(new ChatCommand($"{++count}", new ChatPlace("irc", "#ops"), new ChatPerson("ann", "ann", IsProven: false), "status"), Cancellation);
        answer!.Title.ShouldContain("linked to nobody");
    }

    [Fact]
    public async Task Elsewhere_and_twice_it_is_not_heard()
    {
        var command = new ChatCommand("once", new ChatPlace("irc", "#ops"), new ChatPerson("eve", "eve"), "help");
        (await Inbox.CommandAsync(command, Cancellation)).ShouldNotBeNull();
        (await Inbox.CommandAsync(command, Cancellation)).ShouldBeNull();
        (await Inbox.CommandAsync(command with { Id = "other", Place = new ChatPlace("irc", "#elsewhere") }, Cancellation)).ShouldBeNull();
        (await Inbox.CommandAsync(command with { Id = "private", Place = new ChatPlace("irc", "eve"), Private = true }, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_viewer_steers_nothing_and_is_told_what_it_takes()
    {
        await ReadyAsync();
        await LinkAsync("vic", Role.Viewer);
        var refused = await SayAsync("vic", "pause anything");
        (refused.Mood, refused.Title.Contains("operator", StringComparison.Ordinal)).ShouldBe((ChatMood.Bad, true));
    }

    [Theory]
    [InlineData("statsu", "status")]
    [InlineData("confrim abc", "confirm")]
    [InlineData("pause x --comentt y", "--comment")]
    public async Task A_slip_gets_the_word_that_was_meant(string typed, string meant)
    {
        await LinkAsync("ann", Role.Operator);
        (await SayAsync("ann", typed)).Title.ShouldContain(meant);
    }

    [Fact]
    public async Task A_pressed_button_is_said_by_who_pressed_it_and_counts_once()
    {
        await LinkAsync("vic", Role.Viewer);
        var seal = new ButtonSeal(server.Services.GetRequiredService<KnownTokens>(), time);
        var value = seal.Seal(new SealedButton("who", time.GetUtcNow() + TimeSpan.FromHours(1)));
        var post = new ChatPost(new ChatPlace("irc", "#ops"), "1");
        (await Inbox.PressAsync(new ChatPress("p1", post, new ChatPerson("vic", "Vic"), value), Cancellation))!.Title.ShouldContain("is vic");
        (await Inbox.PressAsync(new ChatPress("p2", post, new ChatPerson("vic", "Vic"), value), Cancellation))!.Title.ShouldContain("pressed already");
        (await Inbox.PressAsync(new ChatPress("p3", post, new ChatPerson("vic", "Vic"), "1.e30.e30"), Cancellation))!.Title.ShouldContain("none of Fleet's");
    }

    [Fact]
    public async Task A_button_that_somebody_pressed_who_may_not_is_still_there_for_who_may()
    {
        await LinkAsync("vic", Role.Viewer);
        await LinkAsync("ann", Role.Operator);
        var seal = new ButtonSeal(server.Services.GetRequiredService<KnownTokens>(), time);
        var value = seal.Seal(new SealedButton("decisions", time.GetUtcNow() + TimeSpan.FromHours(1)));
        var post = new ChatPost(new ChatPlace("irc", "#ops"), "1");
        (await Inbox.PressAsync(new ChatPress("g1", post, new ChatPerson("eve", "Eve"), value), Cancellation))!.Title.ShouldContain("linked to nobody");
        (await Inbox.PressAsync(new ChatPress("g2", post, new ChatPerson("ann", "Ann"), value), Cancellation))!.Mood.ShouldNotBe(ChatMood.Bad);
        (await Inbox.PressAsync(new ChatPress("g3", post, new ChatPerson("vic", "Vic"), value), Cancellation))!.Title.ShouldContain("pressed already");
    }

    [Theory]
    [InlineData("x' --nonsense y")]
    [InlineData("x’ --nonsense y")]
    [InlineData("--nonsense")]
    [InlineData("x\" --nonsense \"y")]
    public async Task What_is_filled_in_at_a_button_is_one_word_and_never_an_option(string text)
    {
        await LinkAsync("bob", Role.Approver);
        var value = new ButtonSeal(server.Services.GetRequiredService<KnownTokens>(), time).Seal(new SealedButton("reject no-such-rollout", time.GetUtcNow() + TimeSpan.FromHours(1)));
        var answer = await Inbox.PressAsync(new ChatPress("p", new ChatPost(new ChatPlace("irc", "#ops"), "1"), new ChatPerson("bob", "Bob"), value, text), Cancellation);
        answer!.Title.ShouldContain("no-such-rollout", customMessage: answer.Title);
    }

    [Fact]
    public async Task A_channel_is_spoken_to_in_its_language() => (await SayAsync("eve", "statsu", "#zh")).Title.ShouldContain("没有命令");

    [Fact]
    public async Task Where_the_store_is_away_whoever_asked_is_told_and_the_chat_goes_on()
    {
        var answer = await Make(new Away()).CommandAsync(new ChatCommand("1", new ChatPlace("irc", "#ops"), new ChatPerson("ann", "ann"), "status"), Cancellation);
        answer!.Title.ShouldContain("server's log");
        answer.Title.ShouldNotContain("secret");
    }

    private ChatInbox Inbox => inbox ??= Make(server.Services.GetRequiredService<IChatAccounts>());

    private ChatInbox Make(IChatAccounts accounts)
    {
        var seal = new ButtonSeal(server.Services.GetRequiredService<KnownTokens>(), time);
        var options = new ChatOptions([
            new ChatChannel { Chat = "irc", Name = "#ops" },
            new ChatChannel { Chat = "irc", Name = "#look", LookWithoutLink = true },
            new ChatChannel { Chat = "irc", Name = "#zh", Language = Language.Chinese },
        ]);
        return new ChatInbox(server.Services.GetRequiredService<ApiCalls>(), accounts, new Confirmations(seal, time), seal, options, NullLogger<ChatInbox>.Instance, time);
    }

    private async Task<ChatMessage> SayAsync(string account, string text, string channel = "#ops") =>
        (await Inbox.CommandAsync(new ChatCommand($"{++count}", new ChatPlace("irc", channel), new ChatPerson(account, account), text), Cancellation)).ShouldNotBeNull();

    private async Task LinkAsync(string account, Role role) =>
        (await server.Services.GetRequiredService<IChatAccounts>().LinkAsync(new LinkChatAccount("irc", account, account, Rights.Of(role)), Admin, Cancellation)).Ok.ShouldBeTrue();

    private async Task<string> ReadyAsync()
    {
        await server.ImportAsync("pek1a", "cd1a");
        await server.BeatAsync();
        return (await server.AddPackageAsync()).GetProperty("id").GetString()!;
    }

    private sealed class Away : IChatAccounts
    {
        public Task<IReadOnlyList<ChatAccountView>> ListAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("secret");

        public Task<Caller?> FindAsync(string chat, string account, string source, CancellationToken cancellationToken) => throw new InvalidOperationException("secret");

        public Task<Fleet.Orchestration.Result<ChatAccountView>> LinkAsync(LinkChatAccount link, Caller caller, CancellationToken cancellationToken) => throw new InvalidOperationException("secret");

        public Task<Fleet.Orchestration.Result<ChatAccountView>> UnlinkAsync(string chat, string account, Caller caller, CancellationToken cancellationToken) => throw new InvalidOperationException("secret");
    }
}
