using Fleet.Server.Chat;
using Fleet.Server.Chat.Irc;
using Fleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Server.Tests.Chat.Irc;

/// <summary>Against a server that we did not write.</summary>
public sealed class IrcChatTests : IAsyncLifetime
{
    private const string Channel = "#ops";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly CancellationTokenSource ends = new();
    private readonly Echo inbox = new();
    private IrcServer server = null!;
    private IrcChat chat = null!;
    private Task listening = Task.CompletedTask;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => server = await IrcServer.StartAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        await ends.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ends.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Who_speaks_is_proven_by_services_only_and_a_nick_alone_only_where_the_settings_trust_it()
    {
        await using var ann = await IrcPerson.JoinAsync(server, "ann", Channel, Cancellation);
        Listen(trustsNicks: false);
        await ThereAsync();
        await ann.SayAsync("fleet: status nov-window");
        await ann.HearAsync(0, l => l == "<fleet> ann: status nov-window by ann, unproven", Limit, Cancellation, () => server.Output);
    }

    [Fact]
    public async Task It_is_spoken_to_by_name_in_its_channels_and_in_private_and_hears_nothing_else()
    {
        await using var ann = await IrcPerson.JoinAsync(server, "ann", Channel, Cancellation);
        await using var bob = await IrcPerson.JoinAsync(server, "bob", "#elsewhere", Cancellation);
        Listen(trustsNicks: true);
        await ThereAsync();
        await bob.SayAsync("!fleet status");
        await ann.SayAsync("I hear fleet: status is useful");
        await ann.SayAsync("!fleet status");
        await ann.HearAsync(0, l => l == "<fleet> ann: status by ann, proven", Limit, Cancellation);
        await bob.SayToAsync("fleet", "who");
        await bob.HearAsync(0, l => l == "*fleet* who by bob, proven", Limit, Cancellation);
        inbox.Taken.Select(c => (c.Text, c.Private, c.Place.Channel)).ShouldBe([("status", false, Channel), ("who", true, "bob")]);
        inbox.Taken.Select(c => c.Id).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task After_an_outage_it_is_there_again_and_what_could_not_be_said_was_told_so()
    {
        Listen(trustsNicks: true);
        await ThereAsync();
        await server.StopAsync();
        await Eventually.BeTrueAsync(async () => await Record.ExceptionAsync(() => PostAsync("lost")) is ChatException { Failure: ChatFailure.Unreachable }, Limit, Cancellation);
        await server.StartAgainAsync(Cancellation);
        await using var ann = await IrcPerson.JoinAsync(server, "ann", Channel, Cancellation);
        await ThereAsync();
        await PostAsync("back");
        await ann.HearAsync(0, l => l == "<fleet> ● back", Limit, Cancellation);
    }

    [Fact]
    public async Task More_than_a_server_takes_is_refused_whole_and_what_was_taken_arrives_whole()
    {
        await using var ann = await IrcPerson.JoinAsync(server, "ann", Channel, Cancellation);
        Listen(trustsNicks: true, every: TimeSpan.FromMinutes(1));
        await ThereAsync();
        var many = new ChatMessage { Title = "many", Lines = [.. Enumerable.Range(1, 30).Select(n => $"line {n}")] };
        var refused = await Should.ThrowAsync<ChatException>(async () =>
        {
            for (var i = 0; i < 100; i++)
                await chat.PostAsync(new ChatPlace("irc", Channel), many, Cancellation);
        });
        refused.Failure.ShouldBe(ChatFailure.Limited);
        refused.After.ShouldNotBeNull();
        await ann.HearAsync(0, l => l.EndsWith("line 3", StringComparison.Ordinal), Limit, Cancellation);
    }

    private void Listen(bool trustsNicks, TimeSpan every = default)
    {
        var channels = new ChatOptions([new ChatChannel { Chat = "irc", Name = Channel }]);
        chat = new IrcChat(new IrcOptions { Server = new Uri($"irc://127.0.0.1:{server.Port}"), TrustsNicks = trustsNicks, LineEvery = every }, channels, NullLogger<IrcChat>.Instance, TimeProvider.System);
        listening = chat.ListenAsync(inbox, ends.Token);
    }

    private Task ThereAsync() => Eventually.BeTrueAsync(() => chat.IsIn(Channel), Limit, Cancellation, () => server.Output);

    private Task<ChatPost> PostAsync(string title) => chat.PostAsync(new ChatPlace("irc", Channel), new ChatMessage { Title = title, Mood = ChatMood.Good }, Cancellation);

    private sealed class Echo : IChatInbox
    {
        public List<ChatCommand> Taken { get; } = [];

        public Task<ChatMessage?> CommandAsync(ChatCommand command, CancellationToken cancellationToken)
        {
            Taken.Add(command);
            return Task.FromResult<ChatMessage?>(new ChatMessage { Title = $"{command.Text} by {command.Person.Account}, {(command.Person.IsProven ? "proven" : "unproven")}" });
        }

        public Task<ChatMessage?> PressAsync(ChatPress press, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
