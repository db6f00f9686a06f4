namespace Fleet.Fuzzing.Targets;

/// <summary>What must hold of an outcome.</summary>
internal static class Held
{
    public static void That(bool holds, string promise)
    {
        if (!holds)
            throw new BrokenPromiseException(promise);
    }

    /// <summary>A file is either taken or refused with a reason.</summary>
    public static void Either(object? taken, int problems) => That(taken is not null == (problems == 0), "taken without problems, or refused with one");
}

internal sealed class BrokenPromiseException(string promise) : Exception(promise);
