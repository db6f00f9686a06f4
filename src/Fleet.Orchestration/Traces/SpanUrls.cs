using Fleet.Orchestration.Rollouts;

namespace Fleet.Orchestration.Traces;

/// <summary>Where people find in Fleet what a span is about.</summary>
/// <param name="address">Of the API, as people reach it; null: nobody said.</param>
internal sealed class SpanUrls(string? address)
{
    private readonly string? _api = address is null ? null : $"{address.TrimEnd('/')}/api/v1";

    public string? Rollout(Rollout rollout) => _api is null ? null : $"{_api}/rollouts/{rollout.Id:D}";

    public string? Zone(Rollout rollout, string zone) => _api is null ? null : $"{_api}/rollouts/{rollout.Id:D}/zones/{Uri.EscapeDataString(zone)}";

    public string? Transcript(string execution, long offset) => _api is null ? null : $"{_api}/transcripts/{Uri.EscapeDataString(execution)}?offset={offset}";
}
