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
            problems.Add($"Fleet:Bus:Uri is \"{text}\"; rabbitmq needs one like amqp://user:password@host:5672/vhost.");
        return new BusOptions { Transport = kind, Uri = uri };
    }
}

public enum BusTransport
{
    /// <summary>All roles in one process.</summary>
    Memory,
    RabbitMq,
}
