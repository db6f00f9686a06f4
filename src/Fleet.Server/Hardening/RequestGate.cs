using Fleet.Contracts.Decisions;
using Fleet.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Hardening;

/// <summary>Refuses what comes under a foreign name, and changes that a page of another site asks for.</summary>
internal sealed class RequestGate(RequestDelegate next, ServerOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var reached = context.Connection.LocalIpAddress;
        if (!HostRules.IsOpen(request.Path, reached) && !HostRules.IsAllowed(request.Host.Host, reached, options.Hardening.AllowedHosts))
            return ApiProblem.Of(StatusCodes.Status421MisdirectedRequest, Finding.Of("request-foreign-host", ("host", request.Host.Host))).ExecuteAsync(context);
        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);
        if (changes && SiteRules.IsForeign(Given(request, "Sec-Fetch-Site"), Given(request, "Origin"), request.Scheme, request.Host.Value ?? ""))
            return ApiProblem.Of(StatusCodes.Status403Forbidden, Finding.Of("request-foreign-site")).ExecuteAsync(context);
        return next(context);
    }

    private static string? Given(HttpRequest request, string header) => request.Headers.TryGetValue(header, out var values) ? values.ToString() : null;
}
