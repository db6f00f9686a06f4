namespace Fleet.Simulation.Scheduling;

/// <summary>The simulated clock as one process sees it; its timers die with it.</summary>
internal sealed class SimTime(Scheduler scheduler, SimProcess owner) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => scheduler.Now;

    public override long GetTimestamp() => scheduler.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(scheduler, owner, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Scheduler scheduler, SimProcess owner, TimerCallback callback, object? state) : ITimer
    {
        private Scheduler.Item? _next;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _next?.CallOff();
            _next = null;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Arm(dueTime, period);
            return true;
        }

        public void Dispose() => _next?.CallOff();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan due, TimeSpan period) => _next = scheduler.After(due, owner, () =>
        {
            if (period > TimeSpan.Zero)
                Arm(period, period);
            callback(state);
        });
    }
}
