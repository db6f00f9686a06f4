using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fleet.Worker.Signatures;

internal static class SignatureServices
{
    /// <summary>Runbooks are carried out as <c>Fleet:Runbooks</c> allows.</summary>
    public static IServiceCollection AddRunbookTrust(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(Options.Create(WorkerSettings.Whole(problems => RunbookTrustOptions.Read(configuration, problems))));
        services.AddSingleton<IRunbookSignatures, HttpRunbookSignatures>();
        services.AddSingleton<RunbookTrust>();
        return services;
    }
}
