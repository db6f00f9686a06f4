using Fleet.Worker.Ssh;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Worker.Executions;

internal static class RunnerServices
{
    /// <summary>Needs a <see cref="TimeProvider"/>. A runner is made per connection.</summary>
    public static IServiceCollection AddRemoteRunner(this IServiceCollection services) =>
        services.AddSingleton<Func<IRemoteShell, IRemoteRunner>>(s =>
        {
            var time = s.GetRequiredService<TimeProvider>();
            return shell => new RemoteRunner(shell, time);
        });
}
