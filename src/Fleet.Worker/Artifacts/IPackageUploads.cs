using Fleet.Contracts.Phases;
using Fleet.Worker.Executions;
using Fleet.Worker.Ssh;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Artifacts;

/// <summary>Brings the rollout's package to a firstbox.</summary>
internal interface IPackageUploads
{
    /// <summary>Resumes a part file, verifies the digest there, and gives the file its final name under the fence. Throws <see cref="SshLinkException"/> when the link breaks; asked again it goes on where it was.</summary>
    Task<UploadOutcome> UploadAsync(IRemoteShell shell, IRemoteRunner runner, PackageRef package, string remotePath, long epoch, IProgress<long>? progress, CancellationToken cancellationToken);
}
