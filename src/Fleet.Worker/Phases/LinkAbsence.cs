using Fleet.Contracts.Decisions;
using Fleet.Worker.Ssh;

namespace Fleet.Worker.Phases;

/// <summary>Since when a firstbox does not answer. After a while that is told; after its limit the step is given up, so that a person is asked what became of it.</summary>
/// <param name="limit">From the first failure on.</param>
internal sealed class LinkAbsence(TimeProvider time, TimeSpan limit)
{
    // A restart of sshd or a short cut is nobody's business.
    private readonly TimeSpan _toldAfter = TimeSpan.FromSeconds(Math.Min(15, limit.TotalSeconds / 2));
    private readonly Lock _lock = new();
    private DateTimeOffset? _since;
    private Finding? _reason;
    private bool _told;

    /// <summary>Told with what is wrong, and with null when the firstbox answers again; in that order, whoever used the link. It must be quick.</summary>
    public Action<Finding?>? Tell { get; set; }

    /// <exception cref="SshLinkException">It is away for longer than the limit.</exception>
    public void Failed(SshLinkException failure)
    {
        var now = time.GetUtcNow();
        DateTimeOffset since;
        lock (_lock)
        {
            since = _since ??= now;
            _reason = failure.Reason;
            TellIfDue();
        }
        if (failure.Transient && now - since >= limit)
            throw new SshLinkException(Away("firstbox-away-too-long", since, failure.Reason), transient: false, failure);
    }

    /// <summary>Null: there is nothing to tell, or it was told.</summary>
    public TimeSpan? UntilTold
    {
        get
        {
            lock (_lock)
                return _since is { } since && !_told ? since + _toldAfter - time.GetUtcNow() : null;
        }
    }

    public void TellIfDue()
    {
        lock (_lock)
        {
            if (UntilTold is not { } left || left > TimeSpan.Zero)
                return;
            _told = true;
            Tell?.Invoke(Away("firstbox-away", _since!.Value, _reason!));
        }
    }

    public void Answered()
    {
        lock (_lock)
        {
            if (_told)
                Tell?.Invoke(null);
            _told = false;
            _since = null;
        }
    }

    private Finding Away(string code, DateTimeOffset since, Finding reason) =>
        Finding.Of(code, ("since", since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)), ("why", reason.Args.GetValueOrDefault("why") ?? reason.Code), ("limit", Durations.Text(limit))).WithLines(reason.Lines);
}
