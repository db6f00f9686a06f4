using YamlDotNet.RepresentationModel;

namespace Fleet.Runbooks.Facts;

/// <summary>The QEMU versions that a zone id's server.yaml names under <c>compute_server.emulator</c>: those in use.</summary>
public static class ServerYaml
{
    /// <summary>Null with the reason when the text is no YAML; empty when there is no emulator list.</summary>
    public static IReadOnlyList<string>? Emulators(string yaml, out string? problem)
    {
        var root = Yaml.Mapping(yaml, out problem);
        if (root is null)
            return null;
        var emulator = Yaml.Child(Yaml.Child(root, "compute_server"), "emulator") as YamlMappingNode;
        return emulator is null
            ? []
            : [.. emulator.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "").Where(v => VersionNumber.TryParse(v, out _)).Distinct(StringComparer.Ordinal)];
    }
}

/// <param name="Higher">QEMU packages above every version that is in use.</param>
/// <param name="Related">libvirt and kernel packages beside them, for the person who decides.</param>
public sealed record QemuFindings(IReadOnlyList<RepoFile> Higher, IReadOnlyList<RepoFile> Related)
{
    /// <summary>Q9. Without a known version in use nothing counts as higher.</summary>
    public static QemuFindings Of(RepoListing repo, IReadOnlyCollection<string> emulators)
    {
        var highest = emulators.Select(e => VersionNumber.TryParse(e, out var v) ? v : null).OfType<VersionNumber>().DefaultIfEmpty().Max();
        var higher = highest is null ? [] : repo.Files.Where(f => Is(f, "qemu") && Version(f) is { } version && version > highest).ToList();
        var related = higher.Count == 0 ? [] : repo.Files.Where(f => Is(f, "libvirt") || Is(f, "linux-image") || Is(f, "ubuntu")).ToList();
        return new QemuFindings(Sorted(higher), Sorted(related));
    }

    private static bool Is(RepoFile file, string what) => file.Deb is { } deb && deb.Name.Contains(what, StringComparison.OrdinalIgnoreCase);

    private static VersionNumber? Version(RepoFile file) => VersionNumber.TryParse(DebianVersion.Upstream(file.Deb!.Value.Version), out var version) ? version : null;

    private static List<RepoFile> Sorted(IEnumerable<RepoFile> files) => [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)];
}
