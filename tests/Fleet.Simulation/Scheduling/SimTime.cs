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
        private int _generation;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _generation++;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Arm(dueTime, period, _generation);
            return true;
        }

        public void Dispose() => _generation++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan due, TimeSpan period, int generation) => scheduler.After(due, owner, () =>
        {
            if (generation != _generation)
                return;
            callback(state);
            if (period > TimeSpan.Zero && generation == _generation)
                Arm(period, period, generation);
        });
    }
}
