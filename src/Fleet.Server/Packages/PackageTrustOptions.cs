using Fleet.Signatures;
using Microsoft.Extensions.Configuration;

namespace Fleet.Server.Packages;

/// <summary>Section <c>Fleet:Packages</c>: which packages this server takes.</summary>
public sealed class PackageTrustOptions
{
    /// <summary>Only those that somebody of <see cref="Signers"/> has signed.</summary>
    public bool RequireSigned { get; init; }

    /// <summary>The list of signers, in OpenSSH's format «allowed signers»; read for each package. Null: any right signature is kept, with its key's fingerprint.</summary>
    public string? Signers { get; init; }

    /// <param name="problems">Gets all that is wrong: the key, the value, what is allowed.</param>
    public static PackageTrustOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var (required, signers) = (configuration["Fleet:Packages:RequireSigned"], configuration["Fleet:Packages:Signers"]);
        var flag = false;
        if (!string.IsNullOrEmpty(required) && !bool.TryParse(required, out flag))
            problems.Add($"Fleet:Packages:RequireSigned is \"{required}\": it takes true or false.");
        var options = new PackageTrustOptions { RequireSigned = flag, Signers = string.IsNullOrEmpty(signers) ? null : signers };
        if (options is { RequireSigned: true, Signers: null })
            problems.Add("Fleet:Packages:RequireSigned is true and Fleet:Packages:Signers is not set: it takes the file that lists who may sign packages.");
        else if (options.Signers is { } file && options.List().Problems is { Count: > 0 } wrong)
            problems.Add($"Fleet:Packages:Signers is \"{file}\": it takes a list of signers that can be read ({string.Join("; ", wrong)}).");
        return options;
    }

    /// <summary>As it is now; one that cannot be read lets nobody sign, and says so among its problems.</summary>
    internal SignerList List()
    {
        try
        {
            return SignerList.Parse(File.ReadAllText(Signers ?? ""));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return SignerList.Unusable(e.Message);
        }
    }
}
