using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Orchestration.Identities;

namespace Fleet.Cli.Access;

/// <summary>Roles over zones, and groups, as they are given on the command line.</summary>
internal sealed class RightsOptions
{
    private readonly Option<string[]> role = new("--role") { Description = Say.Of("viewer, operator, approver, admin or worker; several may be given; default viewer"), HelpName = "ROLE", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> zones = new("--zones") { Description = Say.Of("Over these zones only: names, or labels that zones have at the time (region=pek); default all"), HelpName = "S" };
    private readonly Option<string[]> group = new("--group") { Description = Say.Of("A group that the person belongs to, as approvals name it; several may be given"), HelpName = "GROUP", AllowMultipleArgumentsPerToken = true };

    public IReadOnlyList<Option> All => [role, zones, group];

    public IReadOnlyList<Grant> Grants(CommandContext context) => [.. Given(context.Get(role), ["viewer"]).Select(r => new Grant(Parse(r), context.Get(zones) ?? Grant.All))];

    public IReadOnlyList<string> GroupsOf(CommandContext context) => Given(context.Get(group), []);

    private static IReadOnlyList<string> Given(string[]? given, string[] otherwise) => given is { Length: > 0 } ? given : otherwise;

    private static Role Parse(string text) => Enum.GetValues<Role>().Where(r => RightsText.Of(r) == text).Select(r => (Role?)r).FirstOrDefault()
        ?? throw new CliFailure(ExitCodes.Usage, Say.Of($"--role \"{text}\" is no role; there are viewer, operator, approver, admin and worker."));
}

internal static class RightsText
{
    /// <summary>As it is typed: the same in every language.</summary>
    public static string Of(Role role) => role.ToString().ToLowerInvariant();

    public static string Of(IReadOnlyList<Grant> grants, IReadOnlyList<string> groups) => string.Join(", ", [.. grants.Select(g => g.Zones == Grant.All ? Of(g.Role) : $"{Of(g.Role)} ({g.Zones})"), .. groups.Select(g => $"group:{g}")]);
}
