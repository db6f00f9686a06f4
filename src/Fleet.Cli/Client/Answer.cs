using System.Text.Json;

namespace Fleet.Cli.Client;

/// <summary>A document of the server: as programs get it, and as a value.</summary>
internal sealed record Answer<T>(T Value, JsonElement Json);
