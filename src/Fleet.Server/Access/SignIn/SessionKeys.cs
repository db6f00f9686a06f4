using Fleet.Orchestration.Identities;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Access.SignIn;

internal static class SessionKeys
{
    /// <param name="sessions">Browsers sign in here. Else nothing is protected, and no key is kept anywhere.</param>
    public static void Add(IServiceCollection services, bool sessions)
    {
        var protection = services.AddDataProtection().SetApplicationName("fleet");
        if (!sessions)
        {
            protection.UseEphemeralDataProtectionProvider();
            return;
        }

        services.AddOptions<KeyManagementOptions>().Configure<IServiceProvider>((keys, provider) =>
        {
            keys.XmlRepository = new StoredKeys(provider.GetRequiredService<IWebKeys>());
            keys.XmlEncryptor = new KeyEncryption(provider.GetRequiredService<KnownTokens>());
        });
    }
}
