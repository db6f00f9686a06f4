using System.Diagnostics;
using System.Text;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Builtin;
using Fleet.Runbooks.Loading;
using Fleet.Worker.Artifacts;
using Fleet.Worker.Phases;
using Fleet.Worker.Signatures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Tests.Signatures;

/// <summary>A worker that carries out only what it can verify, with signatures by the real ssh-keygen.</summary>
public sealed class RunbookTrustTests : IDisposable
{
    private const string Text = "apiVersion: fleet/v1\nname: site\nversion: 1\nphases:\n  - name: only\n    title: Only\n    steps:\n      - {name: run, title: Run, implements: [Q1], kind: shell, command: \"true\", timeLimit: 1m, changes: true}\n";
    private readonly string folder = Directory.CreateTempSubdirectory("fleet-trust-").FullName;
    private readonly Given given = new();

    public RunbookTrustTests()
    {
        Keygen("-q", "-t", "ed25519", "-N", "", "-f", PathOf("ann"));
        Keygen("-q", "-t", "ed25519", "-N", "", "-f", PathOf("bob"));
        File.WriteAllText(PathOf("signers"), $"ann@example.com namespaces=\"fleet-runbook\" {File.ReadAllText(PathOf("ann.pub"))}");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_signed_runbook_is_carried_out()
    {
        given.Signature = Sign("ann", Text, "fleet-runbook");
        (await Shelf().GetAsync(Ref(Text), TestContext.Current.CancellationToken)).Name.ShouldBe("site");
    }

    [Fact]
    public async Task The_built_in_runbook_needs_no_signature()
    {
        given.Text = BuiltinRunbooks.FindText(BuiltinRunbooks.QingcloudUpgrade)!;
        (await Shelf().GetAsync(Ref(given.Text), TestContext.Current.CancellationToken)).Name.ShouldBe(BuiltinRunbooks.QingcloudUpgrade);
    }

    [Fact]
    public async Task One_changed_character_of_the_built_in_runbook_needs_one()
    {
        given.Text = BuiltinRunbooks.FindText(BuiltinRunbooks.QingcloudUpgrade)! + "\n";
        (await HeldAsync(given.Text)).ShouldBe("runbook-unsigned");
    }

    [Fact]
    public async Task What_is_not_signed_holds_the_phase() => (await HeldAsync(Text)).ShouldBe("runbook-unsigned");

    [Theory]
    [InlineData("bob", Text, "fleet-runbook", "runbook-signer-unknown")]
    [InlineData("ann", Text + "#", "fleet-runbook", "runbook-signature-wrong")]
    [InlineData("ann", Text, "fleet-package", "runbook-signature-wrong")]
    public async Task A_signature_that_is_not_right_holds_the_phase(string key, string signed, string purpose, string expected)
    {
        given.Signature = Sign(key, signed, purpose);
        (await HeldAsync(Text)).ShouldBe(expected);
    }

    [Fact]
    public async Task What_is_no_signature_holds_the_phase()
    {
        given.Signature = "trust me";
        (await HeldAsync(Text)).ShouldBe("runbook-signature-unreadable");
    }

    [Fact]
    public async Task A_signer_who_is_taken_out_of_the_list_counts_no_more_from_the_next_phase_on()
    {
        given.Signature = Sign("ann", Text, "fleet-runbook");
        var shelf = Shelf();
        await shelf.GetAsync(Ref(Text), TestContext.Current.CancellationToken);
        File.WriteAllText(PathOf("signers"), "# nobody\n");
        (await Should.ThrowAsync<PhaseHoldException>(() => shelf.GetAsync(Ref(Text), TestContext.Current.CancellationToken))).Reason.Code.ShouldBe("runbook-signer-unknown");
        File.Delete(PathOf("signers"));
        (await Should.ThrowAsync<PhaseHoldException>(() => shelf.GetAsync(Ref(Text), TestContext.Current.CancellationToken))).Reason.Code.ShouldBe("runbook-signers-unusable");
    }

    [Fact]
    public async Task Where_it_is_not_required_nobody_asks_for_a_signature()
    {
        (await Shelf(required: false).GetAsync(Ref(Text), TestContext.Current.CancellationToken)).Name.ShouldBe("site");
        given.Asked.ShouldBe(0);
    }

    [Theory]
    [InlineData("maybe", null, "Fleet:Runbooks:RequireSigned is \"maybe\": it takes true or false.")]
    [InlineData("true", null, "Fleet:Runbooks:RequireSigned is true and Fleet:Runbooks:Signers is not set: it takes the file that lists who may sign runbooks.")]
    [InlineData("true", "/nowhere/signers", "Fleet:Runbooks:Signers is \"/nowhere/signers\": it takes a file that can be read")]
    [InlineData("false", "@wrong", "Fleet:Runbooks:Signers is \"@wrong\": it takes a list of signers: line 1: it takes a name")]
    public void Wrong_settings_never_start(string required, string? signers, string problem)
    {
        File.WriteAllText(PathOf("wrong"), "ann\n");
        var problems = new List<string>();
        RunbookTrustOptions.Read(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Fleet:Runbooks:RequireSigned"] = required, ["Fleet:Runbooks:Signers"] = signers?.Replace("@wrong", PathOf("wrong"), StringComparison.Ordinal) }).Build(), problems);
        problems.ShouldHaveSingleItem().ShouldStartWith(problem.Replace("@wrong", PathOf("wrong"), StringComparison.Ordinal));
    }

    private async Task<string> HeldAsync(string text) =>
        (await Should.ThrowAsync<PhaseHoldException>(() => Shelf().GetAsync(Ref(text), TestContext.Current.CancellationToken))).Reason.Code;

    private RunbookShelf Shelf(bool required = true) =>
        new(given, new RunbookTrust(Options.Create(new RunbookTrustOptions { RequireSigned = required, Signers = PathOf("signers") }), given, TimeProvider.System));

    private static RunbookRef Ref(string text) => RunbookLoader.Load(text).Runbook is { } runbook ? new RunbookRef(runbook.Name, runbook.Digest) : throw new InvalidOperationException("The sample is no runbook.");

    private string PathOf(string name) => Path.Combine(folder, name);

    private string Sign(string key, string text, string purpose)
    {
        File.WriteAllText(PathOf("message"), text);
        File.Delete(PathOf("message.sig"));
        Keygen("-Y", "sign", "-q", "-n", purpose, "-f", PathOf(key), PathOf("message"));
        return File.ReadAllText(PathOf("message.sig"), Encoding.ASCII);
    }

    private static void Keygen(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ssh-keygen", arguments) { UseShellExecute = false })!;
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    private sealed class Given : IArtifactSource, IRunbookSignatures
    {
        public string Text { get; set; } = RunbookTrustTests.Text;

        public string? Signature { get; set; }

        public int Asked { get; private set; }

        public Task<string> GetRunbookAsync(string digest, CancellationToken cancellationToken) => Task.FromResult(Text);

        public Task<Stream> OpenPackageAsync(PackageRef package, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string?> FindAsync(string digest, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(Signature);
        }
    }
}
