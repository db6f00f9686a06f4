using Fleet.Contracts.Decisions;

namespace Fleet.Orchestration;

/// <summary>Finding one thing by a whole id, a name or an unambiguous prefix.</summary>
internal static class Ids
{
    /// <param name="notFound">The answer where nothing matches.</param>
    /// <param name="named">Each with its id and, where it has one, its name; the first of equal names wins.</param>
    public static Result<Guid> Match(Finding notFound, string given, IReadOnlyList<(Guid Id, string? Name)> named)
    {
        var text = given.Trim();
        if (Guid.TryParse(text, out var id) && named.Any(n => n.Id == id))
            return Result.Ok(id);
        if (named.FirstOrDefault(n => n.Name == text) is { Name: not null } exact)
            return Result.Ok(exact.Id);
        var prefixed = text.Length == 0 ? [] : named.Where(n => Starts(n.Id, text) || (n.Name?.StartsWith(text, StringComparison.Ordinal) ?? false)).Select(n => n.Id).Distinct().ToList();
        return prefixed.Count switch
        {
            1 => Result.Ok(prefixed[0]),
            0 => Result.NotFound<Guid>(notFound),
            _ => Result.Invalid<Guid>(Finding.Of("id-ambiguous", ("id", given), ("count", $"{prefixed.Count}"))),
        };
    }

    private static bool Starts(Guid id, string prefix) =>
        id.ToString("D").StartsWith(prefix, StringComparison.OrdinalIgnoreCase) || id.ToString("N").StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
