using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Artifacts;

public static class ArtifactServices
{
    /// <summary>Runbooks and packages from the server of <c>Fleet:Server</c>, kept as <c>Fleet:Artifacts</c> says, and packages to firstboxes.</summary>
    public static IServiceCollection AddFleetArtifacts(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(Options.Create(WorkerSettings.Whole(problems => ArtifactOptions.Read(configuration, problems))));
        services.AddSingleton(Options.Create(WorkerSettings.Whole(problems => ServerAccessOptions.Read(configuration, problems))));
        services.AddHttpClient(HttpArtifactSource.Client, (s, client) =>
        {
            var url = s.GetRequiredService<IOptions<ServerAccessOptions>>().Value.Url;
            client.BaseAddress = new Uri(url.EndsWith('/') ? url : url + "/");
            // A package takes as long as it takes; a stall is noticed by the download.
            client.Timeout = Timeout.InfiniteTimeSpan;
        }).ConfigurePrimaryHttpMessageHandler(s => new SocketsHttpHandler { SslOptions = s.GetRequiredService<IOptions<ServerAccessOptions>>().Value.Trust.ClientOptions() });
        services.AddSingleton<IArtifactSource, HttpArtifactSource>();
        services.AddSingleton<IPackageUploads, PackageUploads>();
        return services;
    }
}
