using Fleet.Testing;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Harness;

/// <summary>What a distributed Fleet is made of.</summary>
internal sealed record DistributedOptions
{
    public required IReadOnlyList<ZoneSpec> Zones { get; init; }

    /// <summary>They share one data folder, as replicas do.</summary>
    public int Coordinators { get; init; } = 1;

    public int Workers { get; init; } = 2;

    /// <summary>Null: a broker of its own. Else its address; whoever gave it ends it.</summary>
    public string? BrokerUri { get; init; }

    /// <summary>The broker's address with the user of workers; null: they have the coordinators'.</summary>
    public string? WorkerBrokerUri { get; init; }

    /// <summary>Null: a database of its own.</summary>
    public string? Database { get; init; }

    /// <summary>Workers reach each firstbox through a proxy that can break.</summary>
    public bool BreakableLinks { get; init; }

    /// <summary>Bytes that make the package larger.</summary>
    public long PackagePadding { get; init; }

    /// <summary>For all processes.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}
