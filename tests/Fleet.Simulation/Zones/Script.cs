namespace Fleet.Simulation.Zones;

/// <summary>What a command on a zone does, in order.</summary>
internal abstract record Act
{
    public sealed record Print(string Text) : Act;

    public sealed record Work(TimeSpan Time) : Act;

    public sealed record Change(string What, bool Packages = false) : Act;

    public sealed record Flags(bool There) : Act;

    /// <summary>A question; answered <c>yes</c>, <see cref="Yes"/> follows, else <see cref="No"/>.</summary>
    public sealed record Ask(string Text, IReadOnlyList<Act> Yes, IReadOnlyList<Act> No) : Act;

    public sealed record Exit(int Code) : Act;
}

/// <summary>The vendor's scripts as far as deciding depends on them: they ask, fail, take their time.</summary>
internal static class Scripts
{
    public static IReadOnlyList<Act> For(string name, Chaos chaos, Random random)
    {
        var fails = chaos.Strikes(Fault.StepFails);
        Act work() => new Act.Work(TimeSpan.FromSeconds(1 + random.Next(20)));
        return name switch
        {
            "set-flags" => [work(), new Act.Flags(true), new Act.Exit(fails ? 1 : 0)],
            "clear-flags" => [work(), new Act.Flags(false), new Act.Exit(fails ? 1 : 0)],
            "upgrade-packages" => [new Act.Print("Begin\n"), new Act.Ask("Are you sure to test [all] nodes whether are ready for updating packages [y/N]? ", [], [new Act.Exit(1)]), .. Component("common", false), .. Component("hyper", fails), work(), new Act.Exit(0)],
            // A question that no rule knows.
            "post-upgrade" when random.Next(8) == 0 => [new Act.Print("post-upgrade begins\n"), new Act.Ask("Really? ", [], []), new Act.Change(name), new Act.Exit(0)],
            _ => [new Act.Print($"{name} begins\n"), work(), new Act.Change(name), work(), new Act.Print($"{name} ends\n"), new Act.Exit(fails ? 1 : 0)],
        };

        IEnumerable<Act> Component(string component, bool failing)
        {
            IReadOnlyList<Act> yes = failing
                ? [work(), new Act.Print("  Updating [hyper1] with [pkg ~ ] ... Error!\n"), new Act.Ask("Do you want to ignore the failed nodes and fix them manually later [y/N]? ", [], [new Act.Exit(1)])]
                : [work(), new Act.Print($"  Updating [{component}1] with [pkg ~ ] ... OK.\n")];
            yield return new Act.Ask($"Are you sure to update [{component}] nodes with [{component}] packages [y/N]? ", [new Act.Change($"packages {component}", Packages: true), .. yes], []);
        }
    }
}
