using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Fleet.Testing;

/// <summary>Waits for a condition with a limit; never for a time.</summary>
public static class Eventually
{
    public static async Task<T> GetAsync<T>(
        Func<Task<T?>> read, TimeSpan limit, CancellationToken cancellationToken, Func<string>? describe = null, [CallerArgumentExpression(nameof(read))] string what = "")
        where T : class
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (await read() is { } found)
                return found;
            if (clock.Elapsed > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds:0} s: {what}{Environment.NewLine}{describe?.Invoke()}");
            await Task.Delay(50, cancellationToken);
        }
    }

    public static Task BeTrueAsync(
        Func<Task<bool>> condition, TimeSpan limit, CancellationToken cancellationToken, Func<string>? describe = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        GetAsync<object>(async () => await condition() ? true : null, limit, cancellationToken, describe, what);

    public static Task BeTrueAsync(
        Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken, Func<string>? describe = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        BeTrueAsync(() => Task.FromResult(condition()), limit, cancellationToken, describe, what);
}
