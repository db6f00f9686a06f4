using Xunit.v3;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>A row of docs/reliability.md: what breaks, and what Fleet does then. Tests with <see cref="Core"/> run always (trait Run=Core), the others by <c>./eng/test --faults N</c> (Run=Faults).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FaultAttribute(string breaks, string then) : Attribute, ITraitAttribute
{
    public string Breaks { get; } = breaks;

    public string Then { get; } = then;

    public bool Core { get; set; }

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Run", Core ? "Core" : "Faults")];
}
