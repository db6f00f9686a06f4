namespace Fleet.Runbooks.Loading;

/// <summary>The allowed word that was most likely meant.</summary>
public static class Suggestion
{
    public static string? For(string given, IEnumerable<string> allowed)
    {
        var best = allowed.Select(word => (word, distance: Distance(given, word))).Where(c => c.distance <= Math.Max(1, c.word.Length / 3)).OrderBy(c => c.distance).ThenBy(c => c.word, StringComparer.Ordinal).FirstOrDefault();
        return best.word;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours; case costs nothing.</summary>
    internal static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 8 || a.Length > 200)
            return int.MaxValue;
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[a.Length, b.Length];
    }
}
