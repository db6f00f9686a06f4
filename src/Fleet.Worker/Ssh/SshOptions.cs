using Microsoft.Extensions.Configuration;

namespace Fleet.Worker.Ssh;

/// <summary>Section <c>Fleet:Ssh</c>. Checked at start; every wrong value is named.</summary>
public sealed class SshOptions
{
    public const string Section = "Fleet:Ssh";

    /// <summary>From the TCP connection to the finished login, for one hop. 1 s … 5 min.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Tries in all, where another may help (refused, reset, timed out); keys, logins and algorithms are tried once. 1 … 20.</summary>
    public int ConnectTries { get; set; } = 4;

    /// <summary>Wait before the second try; doubled for each further one, with jitter. 0 … 5 min.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two tries. Not below <see cref="RetryDelay"/>, at most 10 min.</summary>
    public TimeSpan RetryDelayLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Key exchanges cost processor time and old servers drop crowds: so many connect side by side. 1 … 64.</summary>
    public int MaxConnecting { get; set; } = 8;

    /// <summary>After so long without a word from the zone it is asked for one. 1 s … 5 min.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>After so long without a word the link counts as broken. At least twice <see cref="KeepAlive"/>, at most 30 min.</summary>
    public TimeSpan LinkTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>For a command that gives a secret (<c>exec:</c>). 1 s … 5 min.</summary>
    public TimeSpan SecretTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <param name="problems">Gets all that is wrong.</param>
    public static SshOptions Read(IConfiguration configuration, ICollection<string> problems)
    {
        var second = TimeSpan.FromSeconds(1);
        var minutes = TimeSpan.FromMinutes(5);
        var section = new SettingReader(configuration, Section, problems);
        var otherwise = new SshOptions();
        var retryDelay = section.Time(nameof(RetryDelay), otherwise.RetryDelay, TimeSpan.Zero, minutes);
        var keepAlive = section.Time(nameof(KeepAlive), otherwise.KeepAlive, second, minutes);
        return new SshOptions
        {
            ConnectTimeout = section.Time(nameof(ConnectTimeout), otherwise.ConnectTimeout, second, minutes),
            ConnectTries = section.Number(nameof(ConnectTries), otherwise.ConnectTries, 1, 20),
            RetryDelay = retryDelay,
            RetryDelayLimit = section.TimeFrom(nameof(RetryDelayLimit), otherwise.RetryDelayLimit, retryDelay, TimeSpan.FromMinutes(10)),
            MaxConnecting = section.Number(nameof(MaxConnecting), otherwise.MaxConnecting, 1, 64),
            KeepAlive = keepAlive,
            LinkTimeout = section.TimeFrom(nameof(LinkTimeout), otherwise.LinkTimeout, keepAlive * 2, TimeSpan.FromMinutes(30)),
            SecretTimeout = section.Time(nameof(SecretTimeout), otherwise.SecretTimeout, second, minutes),
        };
    }
}
