using System.Text.RegularExpressions;

namespace Fleet.Orchestration.Identities;

/// <summary>Names of people and groups.</summary>
public static partial class Names
{
    /// <summary>How the audit names what is no person; nobody else may be called so.</summary>
    private static readonly string[] Taken = ["operator", "worker", "coordinator", "policy"];

    public static bool IsPlain(string name) => Pattern().IsMatch(name);

    public static bool IsOfPerson(string name) => IsPlain(name) && !Taken.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The part that a token or a provider has proven: <c>operator</c> of <c>operator/ann</c>.</summary>
    public static string Proven(string actor) => actor.Split('/')[0];

    /// <summary>Who it is said to be: <c>ann</c> of <c>operator/ann</c>.</summary>
    public static string Person(string actor) => actor[(actor.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether both may be one and the same: nobody is two people by telling two names.</summary>
    public static bool MayBeSame(string actor, string other) =>
        string.Equals(Proven(actor), Proven(other), StringComparison.OrdinalIgnoreCase) || string.Equals(Person(actor), Person(other), StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^[A-Za-z0-9._@-]{1,64}\z")]
    private static partial Regex Pattern();
}
