namespace Fleet.Runbooks.Facts;

/// <summary>Where what is moved aside during a zone upgrade lies: said once, for who moves it and for who looks for it.</summary>
public static class MovedOut
{
    /// <param name="root">The setting <c>paths.moved-out</c>.</param>
    public static string Folder(string root, Guid zoneUpgradeId) => $"{root.TrimEnd('/')}/{zoneUpgradeId:N}";

    /// <summary>The folder, below the zone upgrade's, of what was there before an attempt of a script.</summary>
    public static string Before(string script, int attempt) => $"before-{script}-{attempt}";

    /// <summary>The new name of a folder that was renamed where it lies, on a node.</summary>
    public static string OnNode(string path, string script, int attempt, Guid zoneUpgradeId) => $"{path.TrimEnd('/')}.{Before(script, attempt)}-{zoneUpgradeId:N}";
}
