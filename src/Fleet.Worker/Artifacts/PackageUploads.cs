using System.Security.Cryptography;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Worker.Executions;
using Fleet.Worker.Metrics;
using Fleet.Worker.Phases;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Artifacts;

/// <inheritdoc cref="IPackageUploads"/>
internal sealed class PackageUploads(IArtifactSource artifacts, TimeProvider time) : IPackageUploads
{
    public async Task<UploadOutcome> UploadAsync(
        IRemoteShell shell, IRemoteRunner runner, PackageRef package, string remotePath, long epoch, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var outcome = await TryAsync(shell, runner, package, remotePath, epoch, progress, cancellationToken);
        // What is there already is only looked at.
        if (!outcome.AlreadyThere)
            WorkerMetrics.Carried(time.GetElapsedTime(began), outcome.Bytes, outcome.Ok);
        return outcome;
    }

    private async Task<UploadOutcome> TryAsync(
        IRemoteShell shell, IRemoteRunner runner, PackageRef package, string remotePath, long epoch, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            if (package.OnFirstbox is { } there)
                return await VerifyAsync(shell, package, there, cancellationToken);
            return await new Upload(shell, runner, artifacts, package, new UploadPaths(remotePath, epoch), progress).RunAsync(cancellationToken);
        }
        catch (UploadRefusedException refused)
        {
            return new UploadOutcome(Ok: false, AlreadyThere: false, Bytes: 0, refused.Problem);
        }
        catch (ArtifactException missing)
        {
            return new UploadOutcome(Ok: false, AlreadyThere: false, Bytes: 0, missing.Reason);
        }
        catch (RemoteShellException failed)
        {
            return new UploadOutcome(Ok: false, AlreadyThere: false, Bytes: 0, failed.Reason);
        }
    }

    /// <summary>A package that people brought there is never touched, only looked at.</summary>
    private static async Task<UploadOutcome> VerifyAsync(IRemoteShell shell, PackageRef package, string path, CancellationToken cancellationToken)
    {
        var found = RemoteFiles.Parse((await shell.RunAsync(UploadScripts.Look(new UploadPaths(path, 0)), cancellationToken)).Text);
        var problem = found.Final switch
        {
            null => Finding.Of("upload-not-on-firstbox", ("path", path), ("package", package.FileName)),
            { Digest: var digest } when digest != package.Digest => Finding.Of("upload-on-firstbox-differs", ("path", path), ("wanted", package.Digest), ("got", digest)),
            _ => null,
        };
        return new UploadOutcome(problem is null, AlreadyThere: problem is null, Bytes: 0, problem);
    }

    private sealed class UploadRefusedException(Finding problem) : Exception(problem.Code)
    {
        public Finding Problem { get; } = problem;
    }

    private sealed class Upload(IRemoteShell shell, IRemoteRunner runner, IArtifactSource artifacts, PackageRef package, UploadPaths paths, IProgress<long>? progress)
    {
        public async Task<UploadOutcome> RunAsync(CancellationToken cancellationToken)
        {
            var found = RemoteFiles.Parse((await shell.RunAsync(UploadScripts.Look(paths), cancellationToken)).Text);
            if (found.Final?.Digest == package.Digest)
                return new UploadOutcome(Ok: true, AlreadyThere: true, Bytes: 0, Problem: null);

            await using var source = await artifacts.OpenPackageAsync(package, cancellationToken);
            var offset = await ResumeAsync(found, source, cancellationToken);
            RequireRoom(found, source.Length - offset);
            if (offset < source.Length)
                await shell.AppendFileAsync(paths.Part, source, offset, progress, cancellationToken);
            await FinishAsync(cancellationToken);
            return new UploadOutcome(Ok: true, AlreadyThere: false, source.Length - offset, Problem: null);
        }

        /// <returns>The bytes that are there and right.</returns>
        private async Task<long> ResumeAsync(RemoteFiles found, Stream source, CancellationToken cancellationToken)
        {
            var plan = UploadPlan.Of(found.Parts, paths);
            if (plan.NeedsChange)
                await ChangeAsync(UploadScripts.TakeOver(paths, plan), cancellationToken);
            if (plan.Resume is not { Size: > 0 } part)
                return 0;
            var same = part.Size <= source.Length
                && (await shell.RunAsync(UploadScripts.Prefix(paths, part.Size), cancellationToken)).Text.Trim() == await PrefixAsync(source, part.Size, cancellationToken);
            if (same)
                return part.Size;
            // A new file, not the old one emptied: an older connection may still write into that.
            await ChangeAsync(UploadScripts.Drop(paths), cancellationToken);
            return 0;
        }

        private void RequireRoom(RemoteFiles found, long missing)
        {
            if (found.FreeBytes is { } free && free < missing)
                throw new UploadRefusedException(Finding.Of("upload-disk-full", ("path", paths.Final), ("needed", $"{missing}"), ("free", $"{free}")));
        }

        /// <summary>The digest is read there before the file gets its name; a small file's in the same go.</summary>
        private async Task FinishAsync(CancellationToken cancellationToken)
        {
            if (!UploadScripts.IsSmall(package.Size))
            {
                var read = (await shell.RunAsync(UploadScripts.Digest(paths), cancellationToken)).Text.Trim();
                if (read != package.Digest)
                    await RejectAsync(read, cancellationToken);
            }

            var named = await ChangeAsync(UploadScripts.Name(paths, package), cancellationToken);
            if (named.Text.Trim() is { Length: > 0 } got)
                await RejectAsync(got, cancellationToken);
            if (!named.Ok)
                throw new UploadRefusedException(Finding.Of("upload-not-named", ("path", paths.Final)).WithLines(named.ErrorText.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        }

        private async Task RejectAsync(string got, CancellationToken cancellationToken)
        {
            await ChangeAsync(UploadScripts.Drop(paths), cancellationToken);
            throw new UploadRefusedException(Finding.Of("upload-digest-wrong", ("path", paths.Part), ("wanted", package.Digest), ("got", got)));
        }

        private async Task<RemoteResult> ChangeAsync(string script, CancellationToken cancellationToken)
        {
            var reply = await runner.FencedAsync(paths.Epoch, script, cancellationToken);
            return reply is { Refusal: Refusal.None, Result: { } result } ? result : throw new UploadRefusedException(Refusals.Told(reply.Refusal, reply.Detail));
        }

        private static async Task<string> PrefixAsync(Stream source, long length, CancellationToken cancellationToken)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[256 * 1024];
            source.Position = 0;
            while (length > 0)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)), cancellationToken);
                if (read == 0)
                    break;
                hash.AppendData(buffer, 0, read);
                length -= read;
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }
}
