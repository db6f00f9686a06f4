namespace Fleet.ZoneLab;

/// <summary>The client's side: a key that all zones know, an old one for old servers, and the password in a file.</summary>
internal sealed record LabKeys(string Identity, string PublicKey, string? OldIdentity, string? OldPublicKey, string PasswordFile)
{
    public static async Task<LabKeys> MakeAsync(string directory, bool old, CancellationToken cancellationToken)
    {
        var identity = Path.Combine(directory, "id_ed25519");
        var publicKey = await OnceAsync(identity, "ed25519", cancellationToken);
        var oldIdentity = Path.Combine(directory, "id_rsa");
        var oldPublicKey = old ? await OnceAsync(oldIdentity, "rsa", cancellationToken) : null;
        var password = Path.Combine(directory, "password");
        await File.WriteAllTextAsync(password, SshFiles.Password + "\n", cancellationToken);
        File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new LabKeys(identity, publicKey, old ? oldIdentity : null, oldPublicKey, password);
    }

    private static async Task<string> OnceAsync(string path, string type, CancellationToken cancellationToken) =>
        File.Exists(path)
            ? (await File.ReadAllTextAsync(path + ".pub", cancellationToken)).Trim()
            : await SshFiles.MakeKeyAsync(path, type, cancellationToken);
}
