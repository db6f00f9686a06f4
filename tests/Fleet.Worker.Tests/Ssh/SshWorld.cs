using System.Collections.Concurrent;
using Fleet.Contracts.Phases;
using Fleet.Testing;
using Fleet.Worker.Ssh;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Tests.Ssh;

/// <summary>Keys, users and servers that the tests share. Servers are started when first asked for.</summary>
public sealed class SshWorld : IAsyncLifetime
{
    public const string Password = "correct horse";
    public const string Passphrase = "battery staple";
    private readonly ConcurrentDictionary<string, Lazy<Task<SshServer>>> servers = new();

    /// <summary>Holds id_ed25519, id_rsa, id_locked (with a passphrase), id_stranger (not authorized), password, wrong, passphrase.</summary>
    public static string Keys { get; private set; } = "";

    public static string PasswordHash { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Keys = Directory.CreateTempSubdirectory("fleet-ssh-keys-").FullName;
        // sshd reads authorized_keys as the user who logs in.
        File.SetUnixFileMode(Keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        await Task.WhenAll(KeyAsync("id_ed25519", "ed25519", ""), KeyAsync("id_rsa", "rsa", ""), KeyAsync("id_locked", "ed25519", Passphrase), KeyAsync("id_stranger", "ed25519", ""));
        File.WriteAllLines(Path.Combine(Keys, "authorized_keys"), new[] { "id_ed25519", "id_rsa", "id_locked" }.Select(k => File.ReadAllText(Path.Combine(Keys, k + ".pub")).Trim()));
        File.WriteAllText(Path.Combine(Keys, "password"), Password + "\n");
        File.WriteAllText(Path.Combine(Keys, "wrong"), "wrong\n");
        File.WriteAllText(Path.Combine(Keys, "passphrase"), Passphrase + "\n");
        var (_, hash) = await ChildProcess.RunAsync("openssl", ["passwd", "-6", "-salt", "fleet", Password], CancellationToken.None);
        PasswordHash = hash.Trim();
        PasswordHash.ShouldStartWith("$6$", customMessage: "openssl is missing or gave no password hash.");
    }

    public Task<SshServer> ServerAsync(string name = "plain", string settings = "", string keyTypes = "ed25519 rsa ecdsa") =>
        servers.GetOrAdd(name, _ => new Lazy<Task<SshServer>>(() => SshServer.StartAsync(settings, keyTypes))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers.Values)
            await (await server.Value).DisposeAsync();
        Directory.Delete(Keys, recursive: true);
    }

    internal static Firstboxes Firstboxes(Action<SshOptions>? change = null, ISecretPrompt? prompt = null)
    {
        var settings = new SshOptions { ConnectTries = 1, RetryDelay = TimeSpan.FromMilliseconds(10) };
        change?.Invoke(settings);
        var options = Options.Create(settings);
        return new Firstboxes(new HopConnector(options), new SecretReader(options, prompt), options, TimeProvider.System, NullLogger<Firstboxes>.Instance);
    }

    internal static async Task<IRemoteShell> ConnectAsync(SshHop hop, CancellationToken cancellationToken, Action<SshOptions>? change = null)
    {
        using var firstboxes = Firstboxes(change);
        return await firstboxes.ConnectAsync("pek1a", To(hop), cancellationToken);
    }

    internal static FirstboxConnection To(SshHop hop, params IReadOnlyList<SshHop> via) => new() { Firstbox = hop, Via = via };

    private static Task KeyAsync(string name, string type, string passphrase) => SshServer.NewKeyAsync(Path.Combine(Keys, name), type, passphrase);
}

[CollectionDefinition(nameof(SshWorld))]
public sealed class SshWorldTests : ICollectionFixture<SshWorld>;
