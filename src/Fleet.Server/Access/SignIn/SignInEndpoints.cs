using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Server.Access.SignIn;

/// <summary>A browser goes to the provider and comes back with a session; and leaves.</summary>
internal static class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/login", (string? to) => TypedResults.Challenge(new AuthenticationProperties { RedirectUri = Here(to) }, [OidcRegistration.Provider])).AllowAnonymous().ExcludeFromDescription();
        // By POST, so that no other site's link or picture signs anybody out.
        app.MapPost("/logout", () => TypedResults.SignOut(new AuthenticationProperties { RedirectUri = "/" }, [OidcRegistration.Cookie])).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>On this server only: a sign-in leads nowhere else.</summary>
    internal static string Here(string? to) =>
        to is { Length: > 0 } && to[0] == '/' && !to.StartsWith("//", StringComparison.Ordinal) && !to.StartsWith("/\\", StringComparison.Ordinal) && !to.Any(char.IsControl) ? to : "/";
}
