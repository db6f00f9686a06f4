using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Ssh;

internal static class SshServices
{
    /// <summary>Needs a <see cref="TimeProvider"/>; an <see cref="ISecretPrompt"/> only where somebody sits at a terminal.</summary>
    public static IServiceCollection AddFirstboxes(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SshOptions>().Bind(configuration.GetSection(SshOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SshOptions>, SshOptionsCheck>();
        services.AddSingleton(s => new SecretReader(s.GetRequiredService<IOptions<SshOptions>>(), s.GetService<ISecretPrompt>()));
        services.AddSingleton<HopConnector>();
        services.AddSingleton<IFirstboxes, Firstboxes>();
        return services;
    }
}
