using System.Text.RegularExpressions;
using Fleet.Runbooks.Loading;
using Fleet.Server.Access;
using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Chat.Irc;

/// <summary>Section <c>Fleet:Chat:Irc</c>.</summary>
internal sealed partial record IrcOptions
{
    /// <summary><c>ircs://irc.example.org:6697</c>, over TLS; <c>irc://</c> in clear to this machine only.</summary>
    public required Uri Server { get; init; }
    public string Nick { get; init; } = "fleet";

    /// <summary>The account that it signs in with (SASL PLAIN); null: it does not.</summary>
    public string? Account { get; init; }

    /// <summary>The account's, out of <c>PasswordFile</c>.</summary>
    public string? Password { get; init; }

    /// <summary>A PEM file of authorities, for a server whose certificate the machine does not trust; null: the machine's.</summary>
    public string? Ca { get; init; }

    /// <summary>A nick is who it says. For closed networks only, where nobody can take another's: there is no proof of it.</summary>
    public bool TrustsNicks { get; init; }

    /// <summary>After a few at once, one line in this time: servers throw out who says more.</summary>
    public TimeSpan LineEvery { get; init; } = TimeSpan.FromSeconds(1);

    public bool IsEncrypted => Server.Scheme == "ircs";

    public int Port => Server.Port > 0 ? Server.Port : IsEncrypted ? 6697 : 6667;

    /// <param name="problems">Gets all that is wrong: the key, the value, what is allowed.</param>
    /// <returns>Null: it is not set up.</returns>
    public static IrcOptions? Read(IConfiguration configuration, ICollection<string> problems)
    {
        var section = configuration.GetSection("Fleet:Chat:Irc");
        if (!section.GetChildren().Any())
            return null;
        var (server, nick, account, trust) = (Text("Server"), Text("Nick") ?? "fleet", Text("Account"), Text("Trust") ?? "account");
        if (!Uri.TryCreate(server, UriKind.Absolute, out var url) || url.Scheme is not ("irc" or "ircs") || url.Host.Length == 0 || url.AbsolutePath.Trim('/').Length > 0 || url.UserInfo.Length > 0)
            problems.Add($"Fleet:Chat:Irc:Server is \"{server}\"; it takes a server like ircs://irc.example.org:6697.");
        else if (url.Scheme == "irc" && !ListenAddress.IsLoopback(url))
            problems.Add($"Fleet:Chat:Irc:Server is \"{server}\"; in clear (irc://) only this machine is allowed, others take ircs://.");
        if (!NickPattern().IsMatch(nick))
            problems.Add($"Fleet:Chat:Irc:Nick is \"{nick}\"; it takes 1 to 30 letters, digits and _ - [ ] \\ ` ^ {{ }} |, not a digit first.");
        if (trust is not ("account" or "nick"))
            problems.Add($"Fleet:Chat:Irc:Trust is \"{trust}\"; allowed are account (the server's services say who it is) and nick (whoever has the nick is who it says: closed networks only).");
        if (section["Password"] is not null)
            problems.Add("Fleet:Chat:Irc:Password is set: a password is read from a file, name it in Fleet:Chat:Irc:PasswordFile.");
        if ((account is null) != (Text("PasswordFile") is null))
            problems.Add("Fleet:Chat:Irc:Account and Fleet:Chat:Irc:PasswordFile go together: the account that Fleet signs in with, and a file with its password.");
        var every = TimeSpan.FromSeconds(1);
        if (Text("LineEvery") is { } text && (!DurationText.TryParse(text, out every) || every < TimeSpan.Zero || every > TimeSpan.FromMinutes(1)))
            problems.Add($"Fleet:Chat:Irc:LineEvery is \"{text}\"; allowed are times from 0s to 1m, like 1s.");
        var ca = Text("Ca");
        if (ca is not null && !File.Exists(ca))
            problems.Add($"Fleet:Chat:Irc:Ca is \"{ca}\"; it takes the PEM file of an authority, and there is none.");
        return new IrcOptions
        {
            Server = url ?? new Uri("irc://127.0.0.1"),
            Nick = nick,
            Account = account,
            Password = SecretFile.Read(section, "PasswordFile", t => t.Length > 0 && !t.Any(char.IsControl), "password: one line is wanted", problems),
            Ca = ca,
            TrustsNicks = trust == "nick",
            LineEvery = every,
        };

        string? Text(string key) => section[key] is { Length: > 0 } given ? given : null;
    }

    [GeneratedRegex(@"^[A-Za-z_\-\[\]\\`^{}|][A-Za-z0-9_\-\[\]\\`^{}|]{0,29}\z")]
    private static partial Regex NickPattern();
}
