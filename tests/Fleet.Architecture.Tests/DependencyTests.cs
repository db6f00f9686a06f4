using System.Text.Json;

namespace Fleet.Architecture.Tests;

/// <summary>What no source needs to be asked for.</summary>
public sealed class DependencyTests
{
    [Fact]
    public void No_package_in_use_has_a_version_that_is_known_to_be_bad()
    {
        var mended = File.ReadLines(Repository.PathOf("eng", "known-bad")).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(' ')).ToDictionary(w => w[0], w => Version.Parse(w[1]), StringComparer.OrdinalIgnoreCase);
        mended.Count.ShouldBeGreaterThan(5);
        var locks = Repository.Files("packages.lock.json", "contracts", "src", "tests").ToList();
        locks.Count.ShouldBeGreaterThan(10);
        locks.SelectMany(path => Bad(path, mended)).ShouldBeEmpty();
    }

    [Fact]
    public void A_bad_version_is_seen()
    {
        using var document = JsonDocument.Parse("""{"dependencies": {"net10.0": {"System.Text.Json": {"resolved": "8.0.4"}, "Npgsql": {"resolved": "10.0.3-beta.1"}}}}""");
        Bad("x", document, new Dictionary<string, Version> { ["System.Text.Json"] = new(8, 0, 5), ["Npgsql"] = new(8, 0, 3) }).ShouldBe(["x: System.Text.Json 8.0.4"]);
    }

    private static IReadOnlyList<string> Bad(string path, Dictionary<string, Version> mended)
    {
        using var document = JsonDocument.Parse(Repository.Read(path));
        return [.. Bad(path, document, mended)];
    }

    private static IEnumerable<string> Bad(string path, JsonDocument document, Dictionary<string, Version> mended) =>
        from framework in document.RootElement.GetProperty("dependencies").EnumerateObject()
        from package in framework.Value.EnumerateObject()
        where mended.ContainsKey(package.Name) && package.Value.TryGetProperty("resolved", out _)
        let version = package.Value.GetProperty("resolved").GetString()!
        where Version.Parse(version.Split('-', '+')[0]) < mended[package.Name]
        select $"{path}: {package.Name} {version}";
}
