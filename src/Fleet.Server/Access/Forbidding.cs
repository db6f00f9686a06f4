using Fleet.Orchestration.Identities;
using Fleet.Server.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Server.Access;

/// <summary>Tells somebody that is known what it would take, and keeps the attempt for the audit.</summary>
internal static class Forbidding
{
    public static async Task AnswerAsync(HttpContext http)
    {
        var need = http.GetEndpoint()?.Metadata.GetMetadata<Need>();
        var why = need is not null && http.User.AsCaller() is { } caller ? Denial.Of(caller, need) : Denial.Of(http.User.Identity?.Name ?? "?", Permission.Admit);
        await http.RequestServices.GetRequiredService<Refusals>().NoteAsync(http, why.Code);
        await ApiProblem.Of(StatusCodes.Status403Forbidden, why).ExecuteAsync(http);
    }
}
