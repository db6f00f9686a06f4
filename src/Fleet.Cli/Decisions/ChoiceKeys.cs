namespace Fleet.Cli.Decisions;

/// <summary>Gives each choice a key: its first letter that is still free.</summary>
internal static class ChoiceKeys
{
    public static IReadOnlyList<ChoiceKey> For(IReadOnlyList<string> choices)
    {
        var keys = new List<ChoiceKey>();
        foreach (var choice in choices)
        {
            var free = choice.Concat("123456789").First(c => char.IsAsciiLetterOrDigit(c) && keys.All(k => k.Key != c));
            keys.Add(new ChoiceKey(free, choice));
        }

        return keys;
    }
}

internal sealed record ChoiceKey(char Key, string Choice);
