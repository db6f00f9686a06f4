using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fleet.Encryption;
using Fleet.Hosting.Bus.Seals;
using Microsoft.Extensions.Configuration;

namespace Fleet.Hosting.Bus;

/// <summary>Section <c>Fleet:Bus</c>.</summary>
public sealed record BusOptions
{
    private const string Section = "Fleet:Bus";

    public BusTransport Transport { get; init; }

    /// <summary><c>amqp(s)://user:password@host:port/vhost</c>; with transport rabbitmq.</summary>
    public Uri? Uri { get; init; }

    /// <summary>The name in the broker's certificate, where that is not the address's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>The keys that messages are sealed with: base64 of 32 bytes or more, one a line; the first seals, all open.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Messages without a seal are taken too: for the time in which keys are introduced.</summary>
    public bool AcceptUnsigned { get; init; }

    /// <summary>Pools that have a queue before any zone is in them.</summary>
    public IReadOnlyList<string> Pools { get; init; } = ["default"];

    internal Trust? Trust { get; init; }

    /// <summary>What this process shows to a broker that asks for a certificate.</summary>
    internal X509Certificate2? Certificate { get; init; }

    /// <param name="problems">Gets what is wrong: the key, the value, what is allowed.</param>
    public static BusOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var section = configuration.GetSection(Section);
        var transport = section["Transport"] ?? "memory";
        if (!Enum.TryParse<BusTransport>(transport, ignoreCase: true, out var kind) || int.TryParse(transport, out _))
            problems.Add($"Fleet:Bus:Transport is \"{transport}\"; allowed are memory and rabbitmq.");
        return kind == BusTransport.RabbitMq ? ReadRabbit(section, problems) : new BusOptions { Transport = kind };
    }

    private static BusOptions ReadRabbit(IConfigurationSection section, ICollection<string> problems)
    {
        var keys = Text(section, nameof(KeyFile));
        if (keys is null)
            problems.Add($"{Section}:KeyFile is missing; with rabbitmq every message carries a seal. Make a key with \"openssl rand -base64 32\", and name the file with it here, the same for all processes.");
        else
            _ = SealKeys.Read(keys, problems);
        var pools = Text(section, nameof(Pools))?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? ["default"];
        if (pools.FirstOrDefault(p => p.Length > 63 || !p.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')) is { } wrong)
            problems.Add($"{Section}:Pools has \"{wrong}\"; it takes names of pools, 1 to 63 small letters, digits and hyphens, with commas between.");
        return new BusOptions
        {
            Transport = BusTransport.RabbitMq,
            Uri = ReadUri(section, problems),
            ServerName = Text(section, nameof(ServerName)),
            KeyFile = keys,
            AcceptUnsigned = Flag(section, nameof(AcceptUnsigned), problems),
            Pools = pools,
            Trust = Trust.Read($"{Section}:Ca", Text(section, "Ca"), problems),
            Certificate = ReadCertificate(section, problems),
        };
    }

    private static Uri? ReadUri(IConfigurationSection section, ICollection<string> problems)
    {
        var text = section["Uri"];
        if (!System.Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps"))
        {
            problems.Add($"Fleet:Bus:Uri is \"{Masked(text)}\"; rabbitmq needs one like amqps://user:password@host:5671/vhost.");
            return null;
        }

        if (uri is { Scheme: "amqp", Port: 5671 })
            problems.Add($"Fleet:Bus:Uri is \"{Masked(text)}\": port 5671 is for encrypted connections; write amqps://.");
        else if (uri.Scheme == "amqp" && !Flag(section, "AllowPlain", problems) && !IsLoopback(uri))
            problems.Add($"Fleet:Bus:Uri is \"{Masked(text)}\", which sends everything in clear over the network; it takes amqps://, or amqp:// to this machine. Where something else encrypts the way, Fleet__Bus__AllowPlain=true says so.");
        return WithUser(uri, Text(section, "Username"), Text(section, "Password"));
    }

    /// <summary>Operators of brokers keep user and password by themselves, without an address.</summary>
    private static Uri WithUser(Uri uri, string? user, string? password)
    {
        if (user is null && password is null)
            return uri;
        var given = uri.UserInfo.Split(':', 2);
        return new UriBuilder(uri)
        {
            UserName = user is null ? given[0] : System.Uri.EscapeDataString(user.Trim()),
            Password = password is null ? given.ElementAtOrDefault(1) ?? "" : System.Uri.EscapeDataString(password.Trim()),
        }.Uri;
    }

    private static X509Certificate2? ReadCertificate(IConfigurationSection section, ICollection<string> problems)
    {
        if (Text(section, "Certificate") is not { } file)
            return null;
        try
        {
            return X509Certificate2.CreateFromPemFile(file, Text(section, "Key") ?? file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            problems.Add($"{Section}:Certificate and {Section}:Key are \"{file}\" and \"{Text(section, "Key") ?? file}\", which are no pair of certificate and key: {e.Message}");
            return null;
        }
    }

    private static bool IsLoopback(Uri uri) => uri.Host is "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string? Text(IConfigurationSection section, string key) => section[key] is { Length: > 0 } text ? text : null;

    private static bool Flag(IConfigurationSection section, string key, ICollection<string> problems)
    {
        if (Text(section, key) is not { } text)
            return false;
        if (!bool.TryParse(text, out var value))
            problems.Add($"{Section}:{key} is \"{text}\"; allowed are true and false.");
        return value;
    }

    /// <summary>Without user and password: this is printed and logged. What is no address may hold them too.</summary>
    private static string? Masked(string? text)
    {
        if (text is null || text.LastIndexOf('@') is not (>= 0 and var at))
            return text;
        var start = text.IndexOf("//", StringComparison.Ordinal) is >= 0 and var slashes && slashes + 2 <= at ? slashes + 2 : 0;
        return $"{text[..start]}***{text[at..]}";
    }
}

public enum BusTransport
{
    /// <summary>All roles in one process.</summary>
    Memory,
    RabbitMq,
}
