using System.Security.Claims;
using System.Text.Json;
using Fleet.Orchestration.Identities;
using Fleet.Runbooks.Texts;
using Fleet.Server.Access;
using Fleet.Server.Api;
using Fleet.Server.Api.Bodies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fleet.Server.Chat.Calls;

/// <summary>
/// Runs an operation of our own API in this process, as somebody whom another part has identified. The endpoint's own rule, scope, checks and audit hold, since it is the
/// endpoint that runs: nothing about who may what is written a second time.
/// </summary>
internal sealed class ApiCalls(EndpointDataSource endpoints, LinkGenerator links, IServiceScopeFactory scopes, IHttpContextAccessor accessor, IOptions<JsonOptions> json)
{
    private const string Scheme = "Chat";

    /// <param name="language">Sentences in the answer are told in it.</param>
    /// <exception cref="InvalidOperationException">There is no such operation.</exception>
    public Task<ApiAnswer> CallAsync(ApiCall call, Caller caller, Language language, CancellationToken cancellationToken)
    {
        var endpoint = endpoints.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(e => e.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == call.Operation)
            ?? throw new InvalidOperationException($"The API has no operation {call.Operation}.");
        // On its own flow: whoever calls may be a request too, and keeps its own context, language and origin.
        using (ExecutionContext.SuppressFlow())
            return Task.Run(() => RunAsync(endpoint, call, caller, language, cancellationToken), cancellationToken);
    }

    private async Task<ApiAnswer> RunAsync(RouteEndpoint endpoint, ApiCall call, Caller caller, Language language, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var body = new MemoryStream(call.Body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(call.Body, call.Body.GetType(), ApiJson.Options));
        using var answer = new MemoryStream();
        var http = Context(endpoint, call, scope.ServiceProvider, body);
        http.User = new ClaimsPrincipal(new CallerIdentity(caller, Scheme));
        http.RequestAborted = cancellationToken;
        http.Response.Body = answer;
        Language.Current = language;
        accessor.HttpContext = http;
        try
        {
            await GuardedAsync(endpoint, http);
            await http.Response.CompleteAsync();
        }
        finally
        {
            accessor.HttpContext = null;
        }

        return new ApiAnswer(http.Response.StatusCode, answer.ToArray(), http.Response.Headers);
    }

    private DefaultHttpContext Context(RouteEndpoint endpoint, ApiCall call, IServiceProvider services, Stream body)
    {
        var http = new DefaultHttpContext { RequestServices = services };
        var route = new RouteValueDictionary(call.Route.Select(r => KeyValuePair.Create(r.Key, (object?)r.Value)));
        http.SetEndpoint(endpoint);
        http.Request.Method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0] ?? HttpMethods.Get;
        http.Request.Scheme = "http";
        http.Request.Host = new HostString("localhost");
        http.Request.Path = links.GetPathByName(call.Operation, route) ?? throw new InvalidOperationException($"The path of {call.Operation} takes other values than {string.Join(", ", call.Route.Keys)}.");
        http.Request.RouteValues = route;
        http.Request.QueryString = QueryString.Create(call.Query.Where(q => q.Value is not null));
        if (call.Body is not null)
        {
            http.Request.ContentType = "application/json";
            http.Request.ContentLength = body.Length;
            http.Request.Body = body;
            http.Features.Set<IHttpRequestBodyDetectionFeature>(new HasBody());
        }

        return http;
    }

    /// <summary>What stands before every request to the API, as far as it concerns who asks and what.</summary>
    private async Task GuardedAsync(RouteEndpoint endpoint, HttpContext http)
    {
        try
        {
            var checking = new BodyCheck(endpoint.RequestDelegate!, json);
            var noted = new OriginOfEntries(checking.InvokeAsync);
            if (await MayAsync(endpoint, http))
                await noted.InvokeAsync(http);
            else
                await Forbidding.AnswerAsync(http);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            foreach (var handler in http.RequestServices.GetServices<IExceptionHandler>())
            {
                if (await handler.TryHandleAsync(http, e, http.RequestAborted))
                    return;
            }

            throw;
        }
    }

    /// <summary>An endpoint that says no rule is denied, as it is over the wire.</summary>
    private static async Task<bool> MayAsync(RouteEndpoint endpoint, HttpContext http)
    {
        var services = http.RequestServices;
        var policy = await AuthorizationPolicy.CombineAsync(
            services.GetRequiredService<IAuthorizationPolicyProvider>(),
            endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>(),
            endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>());
        return policy is not null && (await services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(http.User, http, policy)).Succeeded;
    }

    private sealed class HasBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }
}
