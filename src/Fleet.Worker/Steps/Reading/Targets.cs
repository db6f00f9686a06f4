using Fleet.Runbooks.Facts;

namespace Fleet.Worker.Steps.Reading;

internal static class Targets
{
    public static Target Target(this IStepContext context) =>
        new(context.Command.Package.Installer, context.Command.Package.Qingcloud, context.Command.Package.Upgrade is { Length: > 0 } upgrade ? upgrade : null);

    /// <summary>Where the package lies on the firstbox.</summary>
    public static string PackagePath(this IStepContext context) =>
        context.Command.Package.OnFirstbox ?? $"{context.Option("folder", "${paths.root}").TrimEnd('/')}/{context.Command.Package.FileName}";
}
