using Fleet.Hosting.Telemetry;
using Fleet.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fleet.Cli.Serving;

/// <summary>Where Prometheus reads: at an address of its own, or at the API's where only this machine reaches that. Nobody is asked for a token there, and names of zones are told.</summary>
internal static class Scraping
{
    public static void Map(WebApplication app, ServeSettings settings)
    {
        var listen = new Uri(settings.Server.Listen);
        if (settings.MetricsListen is { } own)
        {
            var port = new Uri(own).Port;
            app.Use((context, next) => context.Connection.LocalPort == port && !IsOpen(context.Request.Path) ? Refuse(context) : next(context));
            app.MapFleetMetrics(port);
        }
        else if (ListenAddress.IsLoopback(listen))
        {
            app.MapFleetMetrics(listen.Port);
        }
    }

    private static bool IsOpen(PathString path) => path == "/metrics" || path.StartsWithSegments("/health", StringComparison.Ordinal);

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
