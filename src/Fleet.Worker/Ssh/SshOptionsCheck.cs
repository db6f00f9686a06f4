using Microsoft.Extensions.Options;

namespace Fleet.Worker.Ssh;

internal sealed class SshOptionsCheck : IValidateOptions<SshOptions>
{
    public ValidateOptionsResult Validate(string? name, SshOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    internal static IEnumerable<string> Problems(SshOptions o)
    {
        var second = TimeSpan.FromSeconds(1);
        var minutes = TimeSpan.FromMinutes(5);
        return new[]
        {
            Within(nameof(o.ConnectTimeout), o.ConnectTimeout, second, minutes),
            Within(nameof(o.ConnectTries), o.ConnectTries, 1, 20),
            Within(nameof(o.RetryDelay), o.RetryDelay, TimeSpan.Zero, minutes),
            Within(nameof(o.RetryDelayLimit), o.RetryDelayLimit, o.RetryDelay, TimeSpan.FromMinutes(10)),
            Within(nameof(o.MaxConnecting), o.MaxConnecting, 1, 64),
            Within(nameof(o.KeepAlive), o.KeepAlive, second, minutes),
            Within(nameof(o.LinkTimeout), o.LinkTimeout, o.KeepAlive * 2, TimeSpan.FromMinutes(30)),
            Within(nameof(o.SecretTimeout), o.SecretTimeout, second, minutes),
        }.OfType<string>();
    }

    private static string? Within<T>(string key, T value, T least, T most)
        where T : IComparable<T> =>
        value.CompareTo(least) < 0 || value.CompareTo(most) > 0 ? $"{SshOptions.Section}:{key} is {value}; it must be {least} … {most}." : null;
}
