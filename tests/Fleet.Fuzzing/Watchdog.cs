using System.Diagnostics;

namespace Fleet.Fuzzing;

/// <summary>Tells of an input that does not end, and ends the program: nothing else can stop a loop.</summary>
internal sealed class Watchdog : IDisposable
{
    /// <summary>By the clock on the wall; many times what an input may take on a busy machine.</summary>
    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(60);

    private readonly Timer timer;
    private (Target Target, byte[] Input, long Since)? current;

    public Watchdog() => timer = new Timer(_ => Look(), null, Hung / 4, Hung / 4);

    public void Begin(Target target, byte[] input)
    {
        lock (timer)
            current = (target, input, Stopwatch.GetTimestamp());
    }

    public void End()
    {
        lock (timer)
            current = null;
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        lock (timer)
        {
            if (current is not { } now || Stopwatch.GetElapsedTime(now.Since) < Hung)
                return;
            Environment.FailFast($"{now.Target.Name} did not end within {Hung.TotalSeconds} s. Again: ./eng/fuzz --replay {now.Target.Name} {Convert.ToBase64String(now.Input)}");
        }
    }
}
