using Fleet.Worker.Redaction;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Ssh;

public static class SshServices
{
    /// <summary>Connections to firstboxes as <c>Fleet:Ssh</c> says. Secrets that are asked for need an <see cref="ISecretPrompt"/>.</summary>
    public static IServiceCollection AddFleetSsh(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(Options.Create(WorkerSettings.Whole(problems => SshOptions.Read(configuration, problems))));
        services.AddSingleton(s => new SecretReader(s.GetRequiredService<IOptions<SshOptions>>(), s.GetService<ISecretPrompt>(), s.GetRequiredService<KnownSecrets>()));
        services.TryAddSingleton<KnownSecrets>();
        services.AddSingleton<HopConnector>();
        services.AddSingleton<IFirstboxes, Firstboxes>();
        return services;
    }
}
