using Fleet.Signatures;
using Microsoft.Extensions.Configuration;

namespace Fleet.Worker.Signatures;

/// <summary>Section <c>Fleet:Runbooks</c>: which runbooks this worker carries out.</summary>
public sealed class RunbookTrustOptions
{
    public const string Section = "Fleet:Runbooks";

    /// <summary>Only those that are built in, and those that somebody of <see cref="Signers"/> has signed.</summary>
    public bool RequireSigned { get; init; }

    /// <summary>The list of signers, in OpenSSH's format «allowed signers»; read again for each phase, so that a line taken out counts at once.</summary>
    public string? Signers { get; init; }

    /// <param name="problems">Gets all that is wrong.</param>
    public static RunbookTrustOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var section = new SettingReader(configuration, Section, problems);
        var required = section.Text(nameof(RequireSigned));
        if (required is not null && !bool.TryParse(required, out _))
            section.Wrong(nameof(RequireSigned), required, "it takes true or false");
        var options = new RunbookTrustOptions { RequireSigned = bool.TryParse(required, out var flag) && flag, Signers = section.Text(nameof(Signers)) };
        if (options is { RequireSigned: true, Signers: null })
            problems.Add($"{Section}:RequireSigned is true and {Section}:Signers is not set: it takes the file that lists who may sign runbooks.");
        else if (options.Signers is { } file && Trouble(file) is { } trouble)
            section.Wrong(nameof(Signers), file, trouble);
        return options;
    }

    private static string? Trouble(string file)
    {
        try
        {
            return SignerList.Parse(File.ReadAllText(file)) is { Problems: { Count: > 0 } problems } ? $"it takes a list of signers: {string.Join("; ", problems)}" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"it takes a file that can be read ({e.Message})";
        }
    }
}
