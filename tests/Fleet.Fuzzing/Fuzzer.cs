using System.Diagnostics;

namespace Fleet.Fuzzing;

/// <param name="What">What went wrong, with where.</param>
internal sealed record Failure(string Target, ulong Number, byte[] Input, string What)
{
    /// <summary>With all that brings it back.</summary>
    public override string ToString() => $"{Target}, input {Number}: {What}{Environment.NewLine}  again: ./eng/fuzz --replay {Target} {Convert.ToBase64String(Input)}";
}

/// <summary>Hands inputs to a reader and holds it to its promises: an end within a second, no exception but its own, memory that grows with the input only.</summary>
internal static class Fuzzer
{
    /// <summary>Of processor time.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    /// <summary>Bytes taken for one input, beside <see cref="PerByte"/> for each of its own.</summary>
    private const long Base = 48L << 20;
    private const long PerByte = 16 * 1024;

    /// <summary>Enough to see what is wrong.</summary>
    private const int Most = 5;

    public static IReadOnlyList<Failure> Run(Target target, ulong from, ulong count, Watchdog watchdog)
    {
        var failures = new List<Failure>();
        foreach (var seed in target.Seeds)
        {
            if (Try(target, seed, watchdog) is { } wrong)
                failures.Add(new Failure(target.Name, 0, seed, $"a right input: {wrong}"));
        }

        for (var number = from; number < from + (count / target.Weight) && failures.Count < Most; number++)
        {
            var input = Mutator.Make(target.Seeds, number);
            if (Try(target, input, watchdog) is { } wrong)
                failures.Add(new Failure(target.Name, number, input, wrong));
        }

        return failures;
    }

    /// <returns>Null: all is well.</returns>
    public static string? Try(Target target, byte[] input, Watchdog watchdog)
    {
        var began = Stopwatch.GetTimestamp();
        var taken = GC.GetAllocatedBytesForCurrentThread();
        watchdog.Begin(target, input);
        try
        {
            if (Caught(target, input) is { } wrong)
                return wrong;
        }
        finally
        {
            watchdog.End();
        }

        taken = GC.GetAllocatedBytesForCurrentThread() - taken;
        if (taken > Base + (PerByte * input.Length))
            return $"took {taken} bytes of memory for {input.Length} of input";
        return Stopwatch.GetElapsedTime(began) > Slow ? Again(target, input) : null;
    }

    private static string? Caught(Target target, byte[] input)
    {
        try
        {
            target.Read(input);
            return null;
        }
        catch (Exception e) when (target.Declared(e))
        {
            return null;
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }

    /// <summary>The clock on the wall also counts what others do on this machine: what seemed slow is measured by itself.</summary>
    private static string? Again(Target target, byte[] input)
    {
        var before = ThreadTime.Now;
        Caught(target, input);
        var took = ThreadTime.Now - before;
        return took > Slow ? $"took {took.TotalSeconds:0.0} s of processor time for {input.Length} bytes" : null;
    }
}
