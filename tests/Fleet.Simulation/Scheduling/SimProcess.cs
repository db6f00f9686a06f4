namespace Fleet.Simulation.Scheduling;

/// <summary>A process (or a firstbox): what it has still to do dies with it, and stands still while it is frozen.</summary>
internal sealed class SimProcess : SynchronizationContext
{
    private readonly Scheduler _scheduler;

    public SimProcess(string name, Scheduler scheduler)
    {
        Name = name;
        _scheduler = scheduler;
        Time = new SimTime(scheduler, this);
    }

    public string Name { get; }
    public TimeProvider Time { get; }
    public bool IsDead { get; private set; }
    public long FrozenUntil { get; private set; }

    public bool IsAwake => !IsDead && FrozenUntil <= _scheduler.Ticks;

    public void Kill() => IsDead = true;

    public void Freeze(TimeSpan time) => FrozenUntil = _scheduler.Ticks + time.Ticks;

    /// <summary>Runs now, as this process.</summary>
    public void Run(Action action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => _scheduler.After(TimeSpan.Zero, this, () => d(state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;
}
