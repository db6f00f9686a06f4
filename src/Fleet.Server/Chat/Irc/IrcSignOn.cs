using System.Text;

namespace Fleet.Server.Chat.Irc;

/// <summary>From the first line to the welcome: capabilities, SASL, a nick.</summary>
internal static class IrcSignOn
{
    private const int MostNicks = 5;

    /// <returns>The nick that it has, and whether the server tells accounts with each line.</returns>
    /// <exception cref="IOException">It was not let in, and why.</exception>
    public static async Task<(string Nick, bool TellsAccounts)> RunAsync(IrcSocket socket, IrcOptions options, CancellationToken cancellationToken)
    {
        var (nick, tried, offered, tells, signed) = (options.Nick, 1, "", false, false);
        await socket.WriteAsync("CAP LS 302", cancellationToken);
        await socket.WriteAsync($"NICK {nick}", cancellationToken);
        await socket.WriteAsync($"USER {options.Nick.ToLowerInvariant()} 0 * :Fleet", cancellationToken);
        while (await socket.ReadAsync(cancellationToken) is { } text)
        {
            if (IrcLine.Parse(text) is not { } line)
                continue;
            switch (line.Command)
            {
                case "PING":
                    await socket.WriteAsync($"PONG :{line.Last}", cancellationToken);
                    break;
                case "CAP" when line.Parameters is [_, "LS", ..]:
                    offered = $"{offered} {line.Last}";
                    if (line.Parameters is not [_, _, "*", ..])
                        await socket.WriteAsync(Wanted(offered, options) is { Length: > 0 } wanted ? $"CAP REQ :{wanted}" : "CAP END", cancellationToken);
                    break;
                case "CAP" when line.Parameters is [_, "ACK", ..]:
                    var taken = line.Last.Split(' ');
                    tells = taken.Contains("account-tag");
                    await socket.WriteAsync(taken.Contains("sasl") ? "AUTHENTICATE PLAIN" : "CAP END", cancellationToken);
                    break;
                case "CAP" when line.Parameters is [_, "NAK", ..]:
                    await socket.WriteAsync("CAP END", cancellationToken);
                    break;
                case "AUTHENTICATE" when line.Last == "+":
                    await socket.WriteAsync($"AUTHENTICATE {Plain(options)}", cancellationToken);
                    break;
                case "903":
                    signed = true;
                    await socket.WriteAsync("CAP END", cancellationToken);
                    break;
                case "902" or "904" or "905" or "906" or "908":
                    throw new IOException($"The server does not take the account {options.Account} and its password: {line.Last}");
                case "432" or "433" or "436" or "437" when tried++ < MostNicks:
                    nick += "_";
                    await socket.WriteAsync($"NICK {nick}", cancellationToken);
                    break;
                case "001":
                    return options.Account is null || signed ? (line.Parameters.Count > 1 ? line.Parameters[0] : nick, tells) : throw new IOException("The server offers no SASL PLAIN, and Fleet was told to sign in.");
                case "ERROR" or "464" or "465":
                    throw new IOException($"The server does not let it in: {line.Last}");
            }
        }

        throw new IOException("The server hung up before it had welcomed.");
    }

    private static string Wanted(string offered, IrcOptions options)
    {
        var names = offered.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => c.Split('=')[0]).ToHashSet(StringComparer.Ordinal);
        string[] wanted = options.Account is null ? ["account-tag"] : ["account-tag", "sasl"];
        return string.Join(' ', wanted.Where(names.Contains));
    }

    private static string Plain(IrcOptions options) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Account}\0{options.Account}\0{options.Password}"));
}
