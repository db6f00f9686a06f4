using Fleet.Cli.CommandLine;

namespace Fleet.Cli.Records;

/// <summary>The audit's export as it comes, to standard output.</summary>
internal static class AuditLines
{
    public static async Task<int> CopyAsync(CommandContext context, IReadOnlyList<string> query, CancellationToken cancellationToken)
    {
        using var response = await context.Api.OpenAsync(query.Count == 0 ? "audit/export" : $"audit/export?{string.Join('&', query)}", cancellationToken);
        await using var output = Console.OpenStandardOutput();
        await response.Content.CopyToAsync(output, cancellationToken);
        return ExitCodes.Ok;
    }
}
