#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property RestoreLockedMode=false
#:property RuntimeIdentifiers=
// Writes what a publish output is made of as CycloneDX JSON, from its own fleet.deps.json:  dotnet run eng/sbom.cs -- APP-FOLDER OUT.json
// The same output gives the same file: nothing is asked of a network, and the time is SOURCE_DATE_EPOCH's.
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

if (args.Length != 2)
{
    Console.Error.WriteLine("eng/sbom.cs wants the folder of the published program and the file to write.");
    return 2;
}

var deps = File.ReadAllBytes(Path.Combine(args[0], "fleet.deps.json"));
var read = JsonNode.Parse(deps)!;
var target = read["runtimeTarget"]!["name"]!.ToString();
var libraries = read["libraries"]!.AsObject();
var links = read["targets"]![target]!.AsObject();
var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
var epoch = long.TryParse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"), CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.UnixEpoch;

string Purl(string library) => library.Split('/') is [var name, var version] ? $"pkg:nuget/{name.Replace("runtimepack.", "", StringComparison.Ordinal)}@{version}" : library;

bool Ours(string library) => libraries[library]!["type"]!.ToString() == "project";

JsonObject Component(string library)
{
    var (name, version) = (library.Split('/')[0].Replace("runtimepack.", "", StringComparison.Ordinal), library.Split('/')[1]);
    var component = new JsonObject { ["type"] = "library", ["bom-ref"] = Purl(library), ["name"] = name, ["version"] = version, ["purl"] = Purl(library) };
    if (License(name, version) is { } license)
        component["licenses"] = new JsonArray(new JsonObject { ["expression"] = license });
    // The digest of the package, as NuGet's lock file has it.
    if (libraries[library]!["sha512"]?.ToString() is { Length: > 0 } digest)
        component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(digest["sha512-".Length..])) });
    return component;
}

string? License(string name, string version)
{
    var file = Path.Combine(cache, name.ToLowerInvariant(), version.ToLowerInvariant(), $"{name.ToLowerInvariant()}.nuspec");
    return File.Exists(file) ? XDocument.Load(file).Descendants().FirstOrDefault(e => e.Name.LocalName == "license" && e.Attribute("type")?.Value == "expression")?.Value : null;
}

var all = libraries.Select(l => l.Key).Order(StringComparer.Ordinal).ToList();
var program = all.Single(l => l.StartsWith("fleet/", StringComparison.Ordinal));
var known = all.ToHashSet(StringComparer.Ordinal);
var bom = new JsonObject
{
    ["bomFormat"] = "CycloneDX",
    ["specVersion"] = "1.6",
    ["serialNumber"] = $"urn:uuid:{new Guid(SHA256.HashData(deps).AsSpan(0, 16))}",
    ["version"] = 1,
    ["metadata"] = new JsonObject
    {
        ["timestamp"] = epoch.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["component"] = new JsonObject { ["type"] = "application", ["bom-ref"] = Purl(program), ["name"] = "fleet", ["version"] = program.Split('/')[1] },
        ["properties"] = new JsonArray(new JsonObject { ["name"] = "fleet:target", ["value"] = target }),
    },
    ["components"] = new JsonArray([.. all.Where(l => !Ours(l)).Select(Component)]),
    ["dependencies"] = new JsonArray([.. all.Select(l => new JsonObject
    {
        ["ref"] = Purl(l),
        ["dependsOn"] = new JsonArray([.. (links[l]?["dependencies"] as JsonObject ?? []).Select(d => $"{d.Key}/{d.Value}").Where(known.Contains).Order(StringComparer.Ordinal).Select(d => (JsonNode)Purl(d))]),
    })]),
};
File.WriteAllText(args[1], bom.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
return 0;
