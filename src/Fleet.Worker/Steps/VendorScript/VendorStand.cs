using Fleet.Runbooks.Facts;

namespace Fleet.Worker.Steps.VendorScript;

/// <summary>What proves a vendor's script done besides its own end: version.json and its marker, as read now.</summary>
/// <param name="MarkerThere">False too where the step has none.</param>
internal sealed record VendorStand(VersionJson? Version, bool MarkerThere)
{
    private const string Mark = "fleet-marker:";

    public static async Task<VendorStand> ReadAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var version = context.Expand("${paths.version-file}");
        var marker = context.Step.Done.Marker is { } path ? context.Expand(path) : "''";
        var result = await context.ReadAsync($"if [ -e {marker} ]; then echo {Mark}there; else echo {Mark}absent; fi\ncat {version} 2>/dev/null || true\n", cancellationToken);
        return Parse(result.Text);
    }

    public static VendorStand Parse(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var first = end < 0 ? text : text[..end];
        return new VendorStand(VersionJson.Read(end < 0 ? "" : text[(end + 1)..], out _), first.Trim() == $"{Mark}there");
    }
}
