using Microsoft.Extensions.Configuration;

namespace Fleet.Hosting.Bus;

/// <summary>Section <c>Fleet:Bus</c>.</summary>
public sealed record BusOptions
{
    public BusTransport Transport { get; init; }

    /// <summary><c>amqp(s)://user:password@host:port/vhost</c>; with transport rabbitmq.</summary>
    public Uri? Uri { get; init; }

    /// <param name="problems">Gets what is wrong: the key, the value, what is allowed.</param>
    public static BusOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var section = configuration.GetSection("Fleet:Bus");
        var transport = section["Transport"] ?? "memory";
        if (!Enum.TryParse<BusTransport>(transport, ignoreCase: true, out var kind) || int.TryParse(transport, out _))
            problems.Add($"Fleet:Bus:Transport is \"{transport}\"; allowed are memory and rabbitmq.");
        var text = section["Uri"];
        Uri? uri = null;
        if (kind == BusTransport.RabbitMq && (!Uri.TryCreate(text, UriKind.Absolute, out uri) || uri.Scheme is not ("amqp" or "amqps")))
            problems.Add($"Fleet:Bus:Uri is \"{Masked(text)}\"; rabbitmq needs one like amqp://user:password@host:5672/vhost.");
        return new BusOptions { Transport = kind, Uri = uri };
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
