using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Zones;
using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Access.SignIn;

/// <summary>Section <c>Fleet:Access:Oidc</c>: an identity provider that proves who people are, for the API (JWT bearer) and for browsers (code flow with PKCE).</summary>
public sealed record OidcOptions
{
    /// <summary>The issuer's address, https; http on this machine only.</summary>
    public required string Authority { get; init; }

    /// <summary>Fleet's own name at the provider, for browsers; null: none sign in.</summary>
    public string? ClientId { get; init; }
    public string? ClientSecret { get; init; }

    /// <summary>What an access token for the API must be meant for; null: tokens of the provider are not taken there.</summary>
    public string? Audience { get; init; }

    /// <summary>The claim whose text the audit names people by.</summary>
    public string NameClaim { get; init; } = "preferred_username";

    /// <summary>The claim that lists a person's groups.</summary>
    public string GroupsClaim { get; init; } = "groups";

    /// <summary>Asked for at sign-in, beside <c>openid</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["profile"];

    /// <summary>How long a browser stays signed in: 5 minutes … 30 days.</summary>
    public TimeSpan Session { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Section <c>Fleet:Access:Groups</c>: what each group of the provider may.</summary>
    public IReadOnlyList<(string Group, Grant Grant)> Groups { get; init; } = [];

    /// <summary>What somebody may who is in these groups. The groups themselves are kept too: approvals name them.</summary>
    public Rights RightsOf(IReadOnlyCollection<string> groups) => new()
    {
        Grants = [.. Groups.Where(g => groups.Contains(g.Group)).Select(g => g.Grant).Distinct()],
        Groups = [.. groups.Where(Names.IsPlain)],
    };

    /// <returns>Null: no provider is configured.</returns>
    public static OidcOptions? Read(IConfiguration configuration, List<string> problems)
    {
        var section = configuration.GetSection("Fleet:Access:Oidc");
        var groups = ReadGroups(configuration.GetSection("Fleet:Access:Groups"), problems);
        if (!section.GetChildren().Any())
        {
            if (groups.Count > 0)
                problems.Add("Fleet:Access:Groups says what groups may, and no identity provider is there that tells groups: set Fleet:Access:Oidc:Authority.");
            return null;
        }

        var authority = section["Authority"];
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var url) || (url.Scheme != "https" && !(url.Scheme == "http" && ListenAddress.IsLoopback(url))))
            problems.Add($"Fleet:Access:Oidc:Authority is \"{authority}\"; it takes the provider's https URL, like https://id.example.org/realms/ops (http on this machine only).");
        if (Text(section, "ClientId") is null && Text(section, "Audience") is null)
            problems.Add("Fleet:Access:Oidc has neither ClientId nor Audience: with ClientId (and ClientSecret) browsers sign in, with Audience the provider's tokens are taken by the API.");
        var session = section["Session"] is { Length: > 0 } given ? Time(given, problems) : TimeSpan.FromHours(8);
        return new OidcOptions
        {
            Authority = authority ?? "",
            ClientId = Text(section, "ClientId"),
            ClientSecret = Text(section, "ClientSecret"),
            Audience = Text(section, "Audience"),
            NameClaim = Text(section, "NameClaim") ?? "preferred_username",
            GroupsClaim = Text(section, "GroupsClaim") ?? "groups",
            Scopes = Text(section, "Scopes")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? ["profile"],
            Session = session,
            Groups = groups,
        };
    }

    private static List<(string, Grant)> ReadGroups(IConfigurationSection section, List<string> problems)
    {
        var groups = new List<(string, Grant)>();
        foreach (var one in section.GetChildren())
        {
            var (group, role, zones) = (Text(one, "Group"), Text(one, "Role"), Text(one, "Zones") ?? Grant.All);
            if (group is null)
                problems.Add($"{one.Path}:Group is missing; it takes a group's name as the provider tells it.");
            if (!Enum.TryParse<Role>(role, ignoreCase: true, out var known) || known == Role.Worker || !Enum.IsDefined(known))
                problems.Add($"{one.Path}:Role is \"{role}\"; allowed are viewer, operator, approver and admin.");
            else if (!ZoneSelector.Parse(zones).Ok)
                problems.Add($"{one.Path}:Zones is \"{zones}\"; it takes all, names (pek1a,cd1a) or labels (region=pek,tier!=canary).");
            else if (group is not null)
                groups.Add((group, new Grant(known, zones)));
        }

        return groups;
    }

    private static TimeSpan Time(string given, List<string> problems)
    {
        if (Runbooks.Loading.DurationText.TryParse(given, out var time) && time >= TimeSpan.FromMinutes(5) && time <= TimeSpan.FromDays(30))
            return time;
        problems.Add($"Fleet:Access:Oidc:Session is \"{given}\"; allowed are times from 5m to 30d, like 8h.");
        return TimeSpan.FromHours(8);
    }

    private static string? Text(IConfigurationSection section, string key) => section[key] is { Length: > 0 } text ? text : null;
}
