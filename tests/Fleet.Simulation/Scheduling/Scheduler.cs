namespace Fleet.Simulation.Scheduling;

/// <summary>One thread, one clock, one seed: everything that happens in a history happens here, in an order that the seed decides.</summary>
internal sealed class Scheduler(int seed)
{
    public static readonly DateTimeOffset Epoch = new(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Item, When> _queue = new(new Earlier());
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;

    public Random Random { get; } = new(seed);

    /// <summary>100 ns since the history began.</summary>
    public long Ticks { get; private set; }

    public DateTimeOffset Now => Epoch.AddTicks(Ticks);

    public long Steps { get; private set; }

    /// <returns>What is scheduled; it may be called off.</returns>
    public Item After(TimeSpan delay, SimProcess owner, Action action)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException($"{owner.Name} went on in a thread of the pool: what it waited for must complete in its own context.{Environment.NewLine}{Environment.StackTrace}");
        var item = new Item(owner, action);
        _queue.Enqueue(item, new When(Ticks + Math.Max(0, delay.Ticks), _order++));
        return item;
    }

    /// <returns>False: nothing is left to happen.</returns>
    public bool Step()
    {
        if (!_queue.TryDequeue(out var item, out var key))
            return false;
        if (item.IsOff || item.Owner.IsDead)
            return true;
        Ticks = Math.Max(Ticks, key.At);
        if (item.Owner.FrozenUntil > Ticks)
        {
            // It wakes up with everything still to be done, in the order in which it came.
            _queue.Enqueue(item, new When(item.Owner.FrozenUntil, key.Order));
            return true;
        }

        Steps++;
        item.Owner.Run(item.Action);
        return true;
    }

    internal sealed class Item(SimProcess owner, Action action)
    {
        public SimProcess Owner => owner;
        public Action Action => action;
        public bool IsOff { get; private set; }

        public void CallOff() => IsOff = true;
    }

    private readonly record struct When(long At, long Order);

    private sealed class Earlier : IComparer<When>
    {
        public int Compare(When x, When y) => x.At != y.At ? x.At.CompareTo(y.At) : x.Order.CompareTo(y.Order);
    }
}
