using System.Security.Cryptography;

namespace Fleet.ZoneLab;

/// <summary>Keys, accounts and sshd's settings. No PAM, except where a password is asked for by keyboard-interactive, which sshd cannot do without it.</summary>
internal static class SshFiles
{
    public const string Password = "Zone-Lab-1";
    public const string SudoUser = "operator";

    private const string PasswordHash = "$6$zonelab1$K9qgFZtTGsmF.v7L46Gh9ExZ2RcI4RHhp.Fa7NJ7US.zXqt0A19S893m/zfPzgxEWgVJXbSp0aHdsVNw1IIe7.";

    public static async Task<string> MakeKeyAsync(string path, string type, CancellationToken cancellationToken)
    {
        string[] size = type == "rsa" ? ["-b", "2048"] : [];
        await Tool.RunAsync("ssh-keygen", ["-q", "-t", type, .. size, "-N", "", "-C", "zone-lab", "-f", path], cancellationToken);
        return (await File.ReadAllTextAsync(path + ".pub", cancellationToken)).Trim();
    }

    /// <summary>As <c>ssh-keygen -l</c> prints it.</summary>
    public static string Fingerprint(string publicKey) =>
        "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(publicKey.Split(' ')[1]))).TrimEnd('=');

    public static string User(ZoneShape shape) => shape.Login == LoginShape.Sudo ? SudoUser : "root";

    public static void Write(ZoneShape shape, Tree root, int port, string clientPublicKey)
    {
        root.File("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"
            + "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
            + "sshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n"
            + $"{SudoUser}:x:1000:1000::/home/{SudoUser}:/bin/bash\n");
        root.File("/etc/group", $"root:x:0:\ntty:x:5:\nnogroup:x:65534:\n{SudoUser}:x:1000:\n");
        root.Secret("/etc/shadow", $"root:{PasswordHash}:18000:0:99999:7:::\nsshd:*:18000:0:99999:7:::\n{SudoUser}:{PasswordHash}:18000:0:99999:7:::\n");
        if (shape.Login is LoginShape.Key)
            root.Secret("/root/.ssh/authorized_keys", clientPublicKey + "\n");
        if (shape.Login is LoginShape.Sudo)
        {
            root.Secret("/etc/ssh/authorized_keys", clientPublicKey + "\n");
            File.SetUnixFileMode(root.At("/etc/ssh/authorized_keys"), VendorScripts.Plain);
            root.Folder($"/home/{SudoUser}");
            root.File("/etc/sudoers", $"Defaults !fqdn\nroot ALL=(ALL:ALL) ALL\n{SudoUser} ALL=(ALL:ALL) {(shape.SudoAsks ? "" : "NOPASSWD: ")}ALL\n");
            foreach (var service in (string[])["sudo", "other"])
                root.File($"/etc/pam.d/{service}", "auth required pam_unix.so\naccount required pam_permit.so\nsession required pam_permit.so\n");
            File.SetUnixFileMode(root.At("/etc/sudoers"), UnixFileMode.UserRead);
        }
        if (shape.Login is LoginShape.KeyboardInteractive)
            root.File("/etc/pam.d/sshd", "auth required pam_unix.so\naccount required pam_permit.so\nsession required pam_permit.so\n");

        var settings = new List<string>
        {
            $"Port {port}",
            "ListenAddress 127.0.0.1",
            $"HostKey {HostKeyPath(shape)}",
            "PidFile /run/sshd.pid",
            $"UsePAM {YesNo(shape.Login is LoginShape.KeyboardInteractive)}",
            $"PermitRootLogin {(shape.Login is LoginShape.Sudo ? "no" : "yes")}",
            $"PubkeyAuthentication {YesNo(shape.Login is LoginShape.Key or LoginShape.Sudo)}",
            $"PasswordAuthentication {YesNo(shape.Login is LoginShape.Password)}",
            $"KbdInteractiveAuthentication {YesNo(shape.Login is LoginShape.KeyboardInteractive)}",
            $"AuthorizedKeysFile {(shape.Login is LoginShape.Sudo ? "/etc/ssh/authorized_keys" : ".ssh/authorized_keys")}",
            "Subsystem sftp /usr/lib/openssh/sftp-server",
            "UseDNS no",
            "PrintMotd no",
            "X11Forwarding no",
        };
        if (shape.OldAlgorithms)
        {
            settings.Add("HostKeyAlgorithms ssh-rsa");
            // Today's sshd announces rsa-sha2 whatever it accepts, and clients believe it: refusing it would refuse every RSA key.
            settings.Add("PubkeyAcceptedAlgorithms ssh-rsa,rsa-sha2-256,rsa-sha2-512");
            settings.Add("KexAlgorithms diffie-hellman-group14-sha1");
            settings.Add("Ciphers aes128-ctr,aes256-ctr,aes128-cbc,3des-cbc");
            settings.Add("MACs hmac-sha1");
        }
        if (shape.Lang is { } lang)
            settings.Add($"SetEnv LANG={lang}");
        root.File("/etc/ssh/sshd_config", string.Join('\n', settings) + "\n");
    }

    public static string HostKeyPath(ZoneShape shape) => $"/etc/ssh/ssh_host_{(shape.OldAlgorithms ? "rsa" : "ed25519")}_key";

    private static string YesNo(bool value) => value ? "yes" : "no";
}
