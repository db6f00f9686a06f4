using Fleet.Orchestration;
using Fleet.Sealing;
using Fleet.Server.Access;
using Fleet.Server.Access.SignIn;
using Fleet.Server.Api;
using Fleet.Server.Api.Access;
using Fleet.Server.Api.Bodies;
using Fleet.Server.Api.Calendars;
using Fleet.Server.Api.Checks;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Handovers;
using Fleet.Server.Api.Packages;
using Fleet.Server.Api.Plans;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Reports;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Runbooks;
using Fleet.Server.Api.Transcripts;
using Fleet.Server.Api.Zones;
using Fleet.Server.Chat;
using Fleet.Server.Hardening;
using Fleet.Server.Live;
using Fleet.Server.Packages;
using Fleet.Server.Probing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Fleet.Server;

/// <summary>The role <c>web</c>: the API under /api/v1.</summary>
public static class ServerRegistration
{
    public static IServiceCollection AddFleetServer(this IServiceCollection services, IConfiguration configuration, ServerOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => KnownTokens.Load(options));
        services.AddSingleton(TranscriptKeys.Load(configuration));
        services.AddSingleton<PackageTrust>();
        services.AddSingleton<PackageFiles>();
        services.AddScoped<FirstboxProbes>();
        services.AddScoped<StartReading>();
        services.AddScoped<RolloutChanges>();
        Schemes.Add(services, options.Oidc, options.IsHttps);
        SessionKeys.Add(services, options.Oidc?.ClientId is not null);
        services.AddAuthorization(Policies.Add);
        services.AddSingleton<IAuthorizationHandler, NeedHandler>();
        // A switch in the environment (ASPNETCORE_FORWARDEDHEADERS_ENABLED) would have everybody believed: who is, is said in one place only.
        services.PostConfigure<ForwardedHeadersOptions>(forwarded => forwarded.ForwardedHeaders = ForwardedHeaders.None);
        services.AddHttpContextAccessor();
        services.AddScoped<Sight>();
        services.AddScoped<Concerned>();
        services.AddSingleton<Refusals>();
        services.AddHostedService<Admission>();
        ChatRegistration.Add(services, configuration);
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails();
        services.AddExceptionHandler<Failures>();
        services.AddOpenApi("v1", ApiDescription.Configure);
        return services;
    }

    /// <summary>All that is wrong with the settings, each naming the key, the value and what is allowed.</summary>
    public static IReadOnlyList<string> Problems(IConfiguration configuration)
    {
        var problems = new List<string>();
        TranscriptKeys.Check(configuration, problems);
        ChatRegistration.Check(configuration, problems);
        return problems;
    }

    public static void MapFleetServer(this WebApplication app)
    {
        // Tokens are made before the first request, so that they can be told where they are.
        app.Services.GetRequiredService<KnownTokens>();
        app.UseTrustedProxies(app.Services.GetRequiredService<ServerOptions>().Hardening);
        app.UseSafeHeaders();
        // Before what tells of failures: they too are told in it.
        app.UseMiddleware<SpokenLanguage>();
        app.UseRequestGate();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseMiddleware<CrossSiteGuard>();
        app.UseAuthentication();
        app.UseRequestRates();
        app.UseAuthorization();
        app.UseMiddleware<OriginOfEntries>();
        app.UseMiddleware<BodyCheck>();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        if (app.Services.GetService<OidcOptions>() is { ClientId: not null })
            SignInEndpoints.Map(app);
        var api = app.MapGroup("/api/v1").Limited(BodyLimits.Usual);
        AccessEndpoints.Map(api);
        ZoneEndpoints.Map(api);
        CalendarEndpoints.Map(api);
        CheckEndpoints.Map(api);
        PlanEndpoints.Map(api);
        PackageEndpoints.Map(api);
        RunbookEndpoints.Map(api);
        RolloutEndpoints.Map(api);
        DecisionEndpoints.Map(api);
        TranscriptEndpoints.Map(api);
        RecordEndpoints.Map(api);
        HandoverEndpoints.Map(api);
        ReportEndpoints.Map(api);
        PackageEndpoints.MapContent(api);
        RunbookEndpoints.MapContent(api);
        ChatRegistration.Map(app);
    }
}
