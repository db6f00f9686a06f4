namespace Fleet.Contracts.Decisions;

/// <summary>Something to tell a person, as a code and its arguments, so that it can be told in any language; with the lines that show it.</summary>
/// <param name="Code">Like <c>service-not-running</c>; the texts know it.</param>
/// <param name="Args">Named arguments of the text.</param>
/// <param name="Lines">Output that shows it, at most 50 lines of at most 400 characters.</param>
public sealed record Finding(string Code, IReadOnlyDictionary<string, string> Args, IReadOnlyList<string> Lines)
{
    public static Finding Of(string code, params ReadOnlySpan<(string Name, string Value)> args)
    {
        var named = new Dictionary<string, string>(args.Length);
        foreach (var (name, value) in args)
            named[name] = value;
        return new Finding(code, named, []);
    }

    /// <summary>Argument → what stands there: told in the language of whoever reads this. <see cref="Args"/> has it in English. Null: no argument is a sentence.</summary>
    public IReadOnlyDictionary<string, Finding>? Said { get; init; }

    /// <summary>Told as sentences in the place of <see cref="Lines"/>, which has them in English. Null: the lines are not ours.</summary>
    public IReadOnlyList<Finding>? Because { get; init; }

    public Finding Saying(string name, Finding said) => this with { Said = new Dictionary<string, Finding>(Said ?? new Dictionary<string, Finding>()) { [name] = said } };

    public Finding BecauseOf(IEnumerable<Finding> because) => this with { Because = [.. because.Take(50)] };

    public Finding WithLines(IEnumerable<string> lines) =>
        this with { Lines = [.. lines.TakeLast(50).Select(l => l.Length <= 400 ? l : l[..400])] };
}
