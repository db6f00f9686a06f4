namespace Fleet.Signatures;

/// <summary>Who may sign: a file of OpenSSH's format «allowed signers» (ssh-keygen(1)).</summary>
public sealed class SignerList
{
    private const int MaxLength = 1024 * 1024;

    private readonly IReadOnlyList<Signer> signers;

    private SignerList(IReadOnlyList<Signer> signers, IReadOnlyList<string> problems)
    {
        this.signers = signers;
        Problems = problems;
    }

    /// <summary>What is wrong, each with its line. A list with problems lets nobody sign.</summary>
    public IReadOnlyList<string> Problems { get; }

    public int Count => signers.Count;

    /// <summary>For a file that cannot be read.</summary>
    public static SignerList Unusable(string why) => new([], [why]);

    public static SignerList Parse(string text)
    {
        if (text.Length > MaxLength)
            return new SignerList([], [$"it has more than {MaxLength} characters"]);
        var signers = new List<Signer>();
        var problems = new List<string>();
        var number = 0;
        foreach (var line in text.Split('\n').Select(l => l.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (SignerLine.Parse(line, out var problem) is { } signer)
                signers.Add(signer);
            else
                problems.Add($"line {number}: {problem}");
        }

        return problems.Count == 0 ? new SignerList(signers, []) : new SignerList([], problems);
    }

    /// <summary>Whose signature it is.</summary>
    /// <param name="hashOf">The message's hash by the algorithm that the signature names, <c>sha256</c> or <c>sha512</c>; null: not known here.</param>
    /// <param name="purpose">What the signature must have been made for.</param>
    public SignatureVerdict Verify(SshSignature signature, Func<string, byte[]?> hashOf, string purpose, DateTimeOffset now)
    {
        var own = signature.Check(hashOf, purpose);
        if (own != SignatureTrouble.None)
            return new SignatureVerdict(own, null);
        var known = signers.Where(s => s.Key.IsSame(signature.Key)).ToList();
        if (known.Count == 0)
            return new SignatureVerdict(SignatureTrouble.UnknownSigner, null);
        var fitting = known.Where(s => s.IsFor(purpose)).ToList();
        if (fitting.Count == 0)
            return new SignatureVerdict(SignatureTrouble.NotForThis, known[0].Name);
        return fitting.Find(s => s.IsValid(now)) is { } valid ? new SignatureVerdict(SignatureTrouble.None, valid.Name) : new SignatureVerdict(SignatureTrouble.NotValidNow, fitting[0].Name);
    }
}
