using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;

namespace Fleet.Server.Hardening;

/// <summary>How large a body may be, in bytes. What an endpoint says goes before what its group says.</summary>
internal static class BodyLimits
{
    /// <summary>JSON, and the files that people write: their readers take 1 Mi characters.</summary>
    public const long Usual = 4L << 20;

    /// <summary>Hundreds of zones with all that can be said of them.</summary>
    public const long Inventory = 16L << 20;

    public const long Package = 64L << 30;

    public static TBuilder Limited<TBuilder>(this TBuilder endpoint, long bytes)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new RequestSizeLimitAttribute(bytes));
}
