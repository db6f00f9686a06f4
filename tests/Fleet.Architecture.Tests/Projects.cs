using System.Xml.Linq;

namespace Fleet.Architecture.Tests;

/// <summary>The project files, as they are written.</summary>
internal sealed record Project(string Path, string Name, IReadOnlyList<string> References, IReadOnlyList<string> Packages, IReadOnlyList<string> Frameworks)
{
    public static IReadOnlyList<Project> All { get; } = [.. Repository.Files("*.csproj", "contracts", "src", "tests").Select(Read)];

    public static Project Named(string name) => All.Single(p => p.Name == name);

    private static Project Read(string path)
    {
        var xml = XDocument.Parse(Repository.Read(path));
        return new Project(path, System.IO.Path.GetFileNameWithoutExtension(path), [.. Included(xml, "ProjectReference").Select(r => System.IO.Path.GetFileNameWithoutExtension(r.Replace('\\', '/')))], Included(xml, "PackageReference"), Included(xml, "FrameworkReference"));
    }

    private static List<string> Included(XDocument xml, string element) =>
        [.. xml.Descendants(element).Select(e => e.Attribute("Include")?.Value).OfType<string>().Order(StringComparer.Ordinal)];
}
