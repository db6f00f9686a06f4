using System.Security.Cryptography;
using System.Text;
using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Model;

namespace Fleet.Runbooks.Loading;

/// <summary>Reads and checks a runbook file. Pure: the only other files that it knows are the built-in ones.</summary>
public static class RunbookLoader
{
    /// <summary>All that is wrong is told at once; nothing is loaded when anything is.</summary>
    /// <param name="stored">It was taken before: what was right then, by fewer rules, is read as it is.</param>
    public static RunbookLoadResult Load(string text, bool stored = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new LoadProblems();
        if (NodeReader.Read(text, file: null, problems) is not { } root)
            return Refused(problems);

        if (root.Find("extends") is { } extends)
        {
            if (Flatten(root, extends, problems) is not { } flat)
                return Refused(problems);
            (root, text) = flat;
        }

        var runbook = RunbookReader.Read(root, DigestOf(text), stored, problems);
        GuardChecks.Check(root, problems);
        return runbook is null || problems.Any ? Refused(problems) : new RunbookLoadResult(runbook, [], text);
    }

    /// <summary>The same of a file's bytes, which must be UTF-8.</summary>
    public static RunbookLoadResult Load(ReadOnlySpan<byte> utf8, bool stored = false)
    {
        var problems = new LoadProblems();
        return FileText.Read(utf8, problems) is { } text ? Load(text, stored) : Refused(problems);
    }

    /// <summary>Lower-case hex sha-256 of the text in UTF-8.</summary>
    public static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static (Mapping Root, string Text)? Flatten(Mapping site, Entry extends, LoadProblems problems)
    {
        var name = (extends.Value as Scalar)?.Value ?? "";
        if (BuiltinRunbooks.FindText(name) is not { } baseText)
        {
            problems.At(extends.Value, "runbook-unknown-base", ("value", name), ("allowed", string.Join(", ", BuiltinRunbooks.Names)));
            return null;
        }

        foreach (var key in (ReadOnlySpan<string>)["apiVersion", "name", "version"])
        {
            if (site.Find(key) is null)
                problems.At(site, "file-missing-key", ("key", key));
        }

        if (site.Find("name") is { Value: Scalar own } && own.Value == name)
            problems.At(own, "runbook-name-taken", ("name", name));
        if (NodeReader.Read(baseText, name, problems) is not { } @base)
            return null;
        var root = new Overlay(problems).Apply(@base, site);
        var flat = NodeWriter.Write(root, $"{site.TextOf("name")} {site.TextOf("version")}: {name} {@base.TextOf("version")} (sha256 {DigestOf(baseText)}) with a site's changes, as one file.");
        return (root, flat);
    }

    private static RunbookLoadResult Refused(LoadProblems problems) => new(null, problems.InOrder(), "");
}
