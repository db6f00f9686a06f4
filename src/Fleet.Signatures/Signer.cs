namespace Fleet.Signatures;

/// <summary>A line of the list of signers.</summary>
/// <param name="Name">The first of its principals: who signs.</param>
/// <param name="Namespaces">Patterns of what the key may sign; null: everything.</param>
internal sealed record Signer(string Name, SshPublicKey Key, IReadOnlyList<string>? Namespaces, DateTimeOffset? ValidAfter, DateTimeOffset? ValidBefore)
{
    public bool IsFor(string purpose) => Namespaces is null || Namespaces.Any(n => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(n, purpose, ignoreCase: false));

    public bool IsValid(DateTimeOffset now) => !(now < ValidAfter) && !(now >= ValidBefore);
}
