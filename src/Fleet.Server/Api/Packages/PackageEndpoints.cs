using System.Security.Claims;
using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Orchestration;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Packages;
using Fleet.Orchestration.Rollouts;
using Fleet.Server.Access;
using Fleet.Server.Hardening;
using Fleet.Server.Packages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Fleet.Server.Api.Packages;

internal static partial class PackageEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var packages = api.MapGroup("/packages").WithTags("Packages");
        packages.MapGet("", ListAsync).WithName("ListPackages").Requires(Permission.Read).WithSummary("Installer packages.");
        packages.MapGet("/{id}", ShowAsync).WithName("ShowPackage").Requires(Permission.Read).WithSummary("One package, by id, file name or the beginning of its digest, and the rollouts that use it.");
        packages.MapPost("", AddAsync).WithName("AddPackage").Requires(Permission.Steer).WithSummary("Takes a package file, checks it and keeps it by its digest.")
            .Accepts<Stream>("application/octet-stream").Limited(BodyLimits.Package);
        packages.MapPost("/on-firstbox", AddOnFirstboxAsync).WithName("AddPackageOnFirstbox").Requires(Permission.Steer).WithSummary("Names a package that lies on the firstboxes already.");
        packages.MapDelete("/{id}", RemoveAsync).WithName("RemovePackage").Requires(Permission.Manage, ScopeOf.Everything).WithSummary("Removes a package that no running rollout uses.");
    }

    /// <summary>What workers fetch.</summary>
    public static void MapContent(RouteGroupBuilder fetch) =>
        fetch.MapGet("/packages/{digest}/content", Content).WithName("FetchPackage").Requires(Permission.Fetch).WithTags("Packages").WithSummary("The package's bytes; range requests are answered.");

    private static async Task<IReadOnlyList<PackageDocument>> ListAsync(IPackages packages, CancellationToken cancellationToken) =>
        [.. (await packages.ListAsync(cancellationToken)).Select(PackageDocument.Of)];

    private static async Task<Results<Ok<PackageDocument>, ProblemHttpResult>> ShowAsync(string id, IPackages packages, IRollouts rollouts, Sight sight, CancellationToken cancellationToken)
    {
        var found = await packages.FindAsync(id, cancellationToken);
        var seen = found.Ok ? await Seen.ListAsync(rollouts, await sight.SeenAsync(cancellationToken), cancellationToken) : [];
        return ApiProblem.From(found, view => PackageDocument.Of(view) with
        {
            UsedBy = [.. seen.Where(r => r.Package.Digest == view.Package.Digest).Select(r => new PackageUseDocument(r.Id, r.Name, r.State, r.StartedAt, r.EndedAt))],
        });
    }

    private static async Task<Results<Ok<PackageDocument>, ProblemHttpResult>> AddAsync(
        string fileName, string? sha256, [FromHeader(Name = SignatureHeader.Name)] string? signature, HttpRequest request, PackageFiles files, IPackages packages, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var stored = await files.StoreAsync(request.Body, fileName, sha256?.ToLowerInvariant(), signature, cancellationToken);
        return stored.Ok
            ? ApiProblem.From(await packages.AddAsync(stored.Value.Package, stored.Value.Signature, user.Name(), cancellationToken), PackageDocument.Of)
            : ApiProblem.Of(stored.Kind, [.. stored.Problems.Select(ApiError.Of)]);
    }

    private static async Task<Results<Ok<PackageDocument>, ProblemHttpResult>> AddOnFirstboxAsync(
        OnFirstboxRequest request, PackageTrust trust, IPackages packages, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var problems = new List<Finding>();
        var fileName = request.Path[(request.Path.LastIndexOf('/') + 1)..];
        var digest = request.Sha256.ToLowerInvariant();
        var name = PackageName.Parse(fileName);
        if (!request.Path.StartsWith('/') || request.Path.Split('/').Contains("..") || request.Path.Any(char.IsControl))
            problems.Add(Finding.Of("package-bad-path", ("value", request.Path)));
        if (name is null)
            problems.Add(Finding.Of("package-bad-name", ("value", fileName)));
        if (!PackageFolder.IsDigest(digest))
            problems.Add(Finding.Of("package-bad-digest", ("value", request.Sha256)));
        if (request.Upgrade is not null && !UpgradePattern().IsMatch(request.Upgrade))
            problems.Add(Finding.Of("package-bad-upgrade", ("value", request.Upgrade)));
        if (trust.Problem(request.Signature, out var given) is { } untrusted)
            problems.Add(untrusted);
        // Its bytes lie elsewhere: what is known of them is the digest that they must have.
        var signed = given is not null && PackageFolder.IsDigest(digest) ? trust.Check(given, algorithm => algorithm == "sha256" ? Convert.FromHexString(digest) : null) : null;
        problems.AddRange(signed?.Problems ?? []);
        if (name is null || problems.Count > 0)
            return ApiProblem.Of(ResultKind.Invalid, [.. problems.Select(ApiError.Of)]);
        var package = new PackageRef
        {
            FileName = fileName,
            Digest = digest,
            Size = 0,
            Installer = name.Installer,
            Qingcloud = name.Qingcloud,
            Upgrade = request.Upgrade ?? name.Qingcloud,
            OnFirstbox = request.Path,
        };
        return ApiProblem.From(await packages.AddAsync(package, signed?.Value, user.Name(), cancellationToken), PackageDocument.Of);
    }

    private static async Task<Results<Ok<PackageDocument>, ProblemHttpResult>> RemoveAsync(
        string id, IPackages packages, PackageFiles files, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var removed = await packages.RemoveAsync(id, user.Name(), cancellationToken);
        if (removed.Ok)
            files.Delete(removed.Value.Package.Digest);
        return ApiProblem.From(removed, PackageDocument.Of);
    }

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Content(string digest, PackageFiles files) =>
        files.PathOf(digest) is { } path
            ? TypedResults.PhysicalFile(path, "application/gzip", entityTag: new EntityTagHeaderValue($"\"{digest}\""), enableRangeProcessing: true)
            : ApiProblem.Of(StatusCodes.Status404NotFound, Finding.Of("package-content-elsewhere", ("digest", digest)));

    [GeneratedRegex(@"^\d{4,14}\z")]
    private static partial Regex UpgradePattern();
}
