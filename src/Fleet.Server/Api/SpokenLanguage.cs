using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Texts;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Fleet.Server.Api;

/// <summary>Lets a request be answered in the language that it asks for: <c>?lang=</c>, else the best of <c>Accept-Language</c>, else English.</summary>
internal sealed class SpokenLanguage(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var named = http.Request.Query["lang"].LastOrDefault();
        var language = Language.Of(named) ?? Best(http.Request.GetTypedHeaders().AcceptLanguage);
        Language.Current = language;
        http.Response.Headers.ContentLanguage = language.Tag;
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        if (named is not null && Language.Of(named) is null)
        {
            var allowed = string.Join(", ", Language.All);
            await ApiProblem.Of(StatusCodes.Status400BadRequest, Finding.Of("request-bad-value", ("name", "lang"), ("value", named), ("allowed", allowed))).ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    /// <summary>The one with the highest quality among those that Fleet speaks; the first of equals.</summary>
    internal static Language Best(IEnumerable<StringWithQualityHeaderValue> accepted) =>
        accepted.Where(a => a.Quality is not 0)
            .OrderByDescending(a => a.Quality ?? 1)
            .Select(a => Language.Of(a.Value.Value))
            .FirstOrDefault(l => l is not null) ?? Language.English;
}
