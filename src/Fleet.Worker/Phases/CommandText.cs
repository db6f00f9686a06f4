using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;

namespace Fleet.Worker.Phases;

/// <summary>A command with its settings, facts and the package's data put in, each quoted for sh.</summary>
internal static class CommandText
{
    /// <exception cref="KeyNotFoundException">Nothing gives a value for that name.</exception>
    /// <exception cref="UnsafeValueException">It stands where no quoting holds.</exception>
    public static string Expand(string command, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> facts, PackageRef package) =>
        Placeholders.FillCommand(command, name => Find(name, settings, facts, package) ?? throw new KeyNotFoundException(name));

    private static string? Find(string name, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> facts, PackageRef package) => name switch
    {
        _ when name.StartsWith(Placeholders.FactPrefix, StringComparison.Ordinal) => facts.GetValueOrDefault(name[Placeholders.FactPrefix.Length..]),
        "package.installer" => package.Installer,
        "package.qingcloud" => package.Qingcloud,
        "package.upgrade" => package.Upgrade,
        "package.file" => package.FileName,
        "package.digest" => package.Digest,
        _ => settings.GetValueOrDefault(name),
    };
}
