using System.Collections.Concurrent;

namespace Fleet.Server.Chat.Irc;

/// <summary>
/// Who has a nick, as the server's services know it: by the tag of the line, or by asking (WHOIS, 330). Asked anew each time, and held against user and host of who spoke: between
/// the two a nick may have become another's.
/// </summary>
internal sealed class IrcPeople(IrcOptions options, bool tellsAccounts, Func<string, CancellationToken, Task> send)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, Asked> _asked = new(StringComparer.OrdinalIgnoreCase);

    public async Task<ChatPerson> OfAsync(IrcLine said, CancellationToken cancellationToken)
    {
        if (options.TrustsNicks)
            return new ChatPerson(said.Nick, said.Nick);
        if (tellsAccounts)
            return said.Tags.GetValueOrDefault("account") is { Length: > 0 } account ? new ChatPerson(account, said.Nick) : Unknown(said);
        var asked = _asked.GetOrAdd(said.Nick, _ => new Asked());
        await send($"WHOIS {said.Nick}", cancellationToken);
        try
        {
            await asked.Done.Task.WaitAsync(Limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nobody says who it is: it is nobody.
        }

        _asked.TryRemove(said.Nick, out _);
        return asked is { Done.Task.IsCompletedSuccessfully: true, Account: { } name } && said.Source == $"{said.Nick}!{asked.UserAtHost}" ? new ChatPerson(name, said.Nick) : Unknown(said);
    }

    /// <summary>What the server answers to a WHOIS.</summary>
    public void Heard(IrcLine line)
    {
        if (line.Parameters.Count < 2 || !_asked.TryGetValue(line.Parameters[1], out var asked))
            return;
        switch (line.Command)
        {
            case "311" when line.Parameters.Count > 3:
                asked.UserAtHost = $"{line.Parameters[2]}@{line.Parameters[3]}";
                break;
            case "330" when line.Parameters.Count > 2:
                asked.Account = line.Parameters[2];
                break;
            case "318":
                asked.Done.TrySetResult();
                break;
        }
    }

    private static ChatPerson Unknown(IrcLine said) => new(said.Nick, said.Nick, IsProven: false);

    private sealed class Asked
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string? UserAtHost { get; set; }

        public string? Account { get; set; }
    }
}
