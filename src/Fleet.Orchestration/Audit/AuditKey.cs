using System.Security.Cryptography;

namespace Fleet.Orchestration.Audit;

/// <summary>The key that signs checkpoints: ECDSA over P-256, in a PEM file that only its owner reads.</summary>
internal static class AuditKey
{
    /// <summary>Made on first use.</summary>
    /// <exception cref="IOException">The file cannot be read or made.</exception>
    /// <exception cref="CryptographicException">It holds no such key.</exception>
    public static ECDsa ReadOrMake(string path)
    {
        if (!File.Exists(path))
            Make(path);
        return Read(path);
    }

    /// <summary>As <see cref="ReadOrMake"/>, of a file that must be there.</summary>
    public static ECDsa Read(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
        }
        catch (ArgumentException e)
        {
            key.Dispose();
            throw new CryptographicException($"{path} (Fleet:Audit:SigningKey) holds no EC private key in PEM form. Make one: openssl ecparam -name prime256v1 -genkey -noout.", e);
        }

        return key;
    }

    private static void Make(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Written beside and moved without overwriting: of two that make it at once one stays.
        var part = $"{path}.{Environment.ProcessId}.part";
        using (var file = new FileStream(part, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        using (var writer = new StreamWriter(file))
            writer.WriteLine(key.ExportECPrivateKeyPem());
        try
        {
            File.Move(part, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(part);
        }
    }
}
