using System.Diagnostics;
using Fleet.Contracts.Decisions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Api;

/// <summary>Turns what was thrown into a problem: a body that cannot be read is the caller's, the rest is ours and is logged.</summary>
internal sealed partial class Failures(ILogger<Failures> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.Response.HasStarted)
            return false;
        if (exception is not (BadHttpRequestException or OperationCanceledException))
            LogFailed(exception, httpContext.Request.Method, httpContext.Request.Path);
        var (status, finding) = exception is BadHttpRequestException bad
            ? (bad.StatusCode, Finding.Of(bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "request-too-large" : "request-bad-body", ("detail", (bad.InnerException ?? bad).Message)))
            : (StatusCodes.Status500InternalServerError, Finding.Of("server-failed", ("trace", Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier)));
        await ApiProblem.Of(status, finding).ExecuteAsync(httpContext);
        return true;
    }
}
