using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Fleet.Architecture.Tests;

/// <summary>Workers hold SSH keys and never see the database: as written in the projects, and as compiled.</summary>
public sealed class ReferenceTests
{
    [Theory]
    [InlineData("Fleet.Contracts", new string[0])]
    [InlineData("Fleet.Runbooks", new string[0])]
    [InlineData("Fleet.Orchestration", new[] { "Fleet.Contracts", "Fleet.Runbooks" })]
    [InlineData("Fleet.Signatures", new string[0])]
    [InlineData("Fleet.Worker", new[] { "Fleet.Contracts", "Fleet.Runbooks", "Fleet.Signatures" })]
    [InlineData("Fleet.Server", new[] { "Fleet.Orchestration", "Fleet.Signatures" })]
    [InlineData("Fleet.Hosting", new[] { "Fleet.Contracts" })]
    [InlineData("Fleet.Cli", new[] { "Fleet.Hosting", "Fleet.Orchestration", "Fleet.Server", "Fleet.Worker" })]
    public void A_project_references_what_its_arrows_say(string project, string[] expected) => Project.Named(project).References.ShouldBe(expected);

    [Theory]
    [InlineData("Fleet.Contracts", new string[0])]
    [InlineData("Fleet.Runbooks", new[] { "NodaTime", "YamlDotNet" })]
    [InlineData("Fleet.Signatures", new[] { "BouncyCastle.Cryptography" })]
    public void A_project_at_the_bottom_takes_no_packages_beyond_its_own(string project, string[] expected) => Project.Named(project).Packages.ShouldBe(expected);

    [Theory]
    [InlineData("Fleet.Contracts", new[] { "System." })]
    [InlineData("Fleet.Runbooks", new[] { "System.", "NodaTime", "YamlDotNet" })]
    public void An_assembly_at_the_bottom_was_compiled_against_nothing_else(string assembly, string[] allowed) =>
        ReferencesOf(assembly).Where(r => !allowed.Any(a => r.StartsWith(a, StringComparison.Ordinal))).ShouldBeEmpty();

    [Theory]
    [InlineData("Fleet.Orchestration", "Renci.SshNet", "orchestration knows no SSH")]
    [InlineData("Fleet.Orchestration", "Fleet.Worker", "orchestration does not know who does the work")]
    [InlineData("Fleet.Orchestration", "Fleet.Server", "orchestration does not know who shows it")]
    [InlineData("Fleet.Worker", "Microsoft.EntityFrameworkCore", "workers know no database")]
    [InlineData("Fleet.Worker", "Microsoft.Data.Sqlite", "workers know no database")]
    [InlineData("Fleet.Worker", "Npgsql", "workers know no database")]
    [InlineData("Fleet.Worker", "Fleet.Orchestration", "workers are commanded by messages only")]
    [InlineData("Fleet.Worker", "Fleet.Server", "workers are commanded by messages only")]
    [InlineData("Fleet.Server", "Renci.SshNet", "the server touches no machine")]
    [InlineData("Fleet.Server", "Fleet.Worker", "the server touches no machine")]
    [InlineData("Fleet.Hosting", "Fleet.Orchestration", "hosting is shared wiring")]
    [InlineData("Fleet.Hosting", "Fleet.Worker", "hosting is shared wiring")]
    public void An_assembly_was_not_compiled_against(string assembly, string forbidden, string because) =>
        ReferencesOf(assembly).Where(r => r == forbidden || r.StartsWith(forbidden + ".", StringComparison.Ordinal)).ShouldBeEmpty(because);

    [Fact]
    public void Only_tests_reference_tests()
    {
        var tests = Project.All.Where(p => p.Path.StartsWith("tests/", StringComparison.Ordinal)).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        Project.All.Where(p => !p.Path.StartsWith("tests/", StringComparison.Ordinal)).SelectMany(p => p.References.Where(tests.Contains).Select(r => $"{p.Name} → {r}")).ShouldBeEmpty();
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Fleet.sln").Replace('\\', '/');
        Project.All.Select(p => p.Path).Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_package_has_its_one_version_and_every_project_its_lock_file()
    {
        Project.All.Where(p => Repository.Read(p.Path).Contains("Version=\"", StringComparison.Ordinal)).Select(p => p.Path).ShouldBeEmpty("versions stand in Directory.Packages.props");
        Project.All.Select(p => p.Path).Where(p => !File.Exists(Repository.PathOf(Path.GetDirectoryName(p)!, "packages.lock.json"))).ShouldBeEmpty();
    }

    [Fact]
    public void Every_wire_record_has_a_folder_of_its_noun_as_namespace()
    {
        var folders = Directory.EnumerateDirectories(Repository.PathOf("contracts", "Fleet.Contracts")).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        var namespaces = typeof(Contracts.ContractNumber).Assembly.GetExportedTypes().Select(t => t.Namespace!).Where(n => n != "Fleet.Contracts").Distinct();
        namespaces.Where(n => !folders.Contains(n.Replace("Fleet.Contracts.", "", StringComparison.Ordinal))).ShouldBeEmpty("a message's namespace is part of its name on the wire and never moves");
    }

    /// <summary>Read from the file next to the tests, without loading it.</summary>
    private static List<string> ReferencesOf(string assembly)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(h => metadata.GetString(metadata.GetAssemblyReference(h).Name))];
    }
}
