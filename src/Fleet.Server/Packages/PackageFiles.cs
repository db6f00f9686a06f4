using System.Security.Cryptography;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration;

namespace Fleet.Server.Packages;

/// <summary>The packages' bytes, each once, named by digest.</summary>
internal sealed class PackageFiles(ServerOptions options, PackageTrust trust)
{
    private string Folder => PackageFolder.Of(options.Data);

    /// <returns>Null when it is not there.</returns>
    public string? PathOf(string digest) => PackageFolder.IsDigest(digest) && Path.Combine(Folder, digest) is var path && File.Exists(path) ? path : null;

    /// <summary>Stores a file as it comes and looks through it. Nothing stays when anything is wrong.</summary>
    /// <param name="expected">Null, or the sha-256 that it must have.</param>
    /// <param name="given">Null, or its signature.</param>
    public async Task<Result<StoredPackage>> StoreAsync(Stream body, string fileName, string? expected, string? given, CancellationToken cancellationToken)
    {
        var name = PackageName.Parse(fileName);
        var wrong = new List<Finding>();
        if (name is null)
            wrong.Add(Finding.Of("package-bad-name", ("value", fileName)));
        if (expected is not null && !PackageFolder.IsDigest(expected))
            wrong.Add(Finding.Of("package-bad-digest", ("value", expected)));
        if (trust.Problem(given, out var signature) is { } untrusted)
            wrong.Add(untrusted);
        // Nothing is received for what cannot be kept.
        if (name is null || wrong.Count > 0)
            return Result.Invalid<StoredPackage>(wrong);
        Directory.CreateDirectory(Folder);
        var part = Path.Combine(Folder, $"{Guid.NewGuid():N}.part");
        try
        {
            var (digest, sha512, size) = await ReceiveAsync(body, part, cancellationToken);
            var signed = signature is null ? null : trust.Check(signature, algorithm => algorithm == "sha512" ? sha512 : Convert.FromHexString(digest));
            var content = await PackageArchive.ReadAsync(part, cancellationToken);
            var problems = Problems(name, expected, digest, content);
            problems.AddRange(signed?.Problems ?? []);
            if (content.Versions is not { } versions || problems.Count > 0)
                return Result.Invalid<StoredPackage>(problems);
            File.Move(part, Path.Combine(Folder, digest), overwrite: true);
            return Result.Ok(new StoredPackage(new PackageRef { FileName = fileName, Digest = digest, Size = size, Installer = versions.Installer, Qingcloud = versions.Qingcloud, Upgrade = versions.Upgrade }, signed?.Value));
        }
        catch (IOException e) when (e.HResult == NoSpaceLeft)
        {
            return Result.Conflict<StoredPackage>(Finding.Of("package-no-space", ("folder", Folder)));
        }
        finally
        {
            File.Delete(part);
        }
    }

    public void Delete(string digest)
    {
        if (PathOf(digest) is { } path)
            File.Delete(path);
    }

    private static List<Finding> Problems(PackageName name, string? expected, string digest, PackageContent content)
    {
        var problems = new List<Finding>();
        if (expected is not null && expected != digest)
            problems.Add(Finding.Of("package-other-digest", ("expected", expected), ("digest", digest)));
        problems.AddRange(content.Problems);
        if (content.Versions is { } inside && (inside.Installer != name.Installer || inside.Qingcloud != name.Qingcloud))
            problems.Add(Finding.Of("package-other-version", ("name", $"{name.Installer}-{name.Qingcloud}"), ("inside", $"{inside.Installer}-{inside.Qingcloud}")));
        return problems;
    }

    private const int NoSpaceLeft = 28;

    private static async Task<(string Digest, byte[] Sha512, long Size)> ReceiveAsync(Stream body, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var longer = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        var buffer = new byte[1 << 20];
        var size = 0L;
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            longer.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            size += read;
        }

        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), longer.GetHashAndReset(), size);
    }
}

/// <param name="Signature">Null: none was given.</param>
internal sealed record StoredPackage(PackageRef Package, Detached? Signature);
