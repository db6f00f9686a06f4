using Fleet.Contracts.Workers;
using Fleet.Simulation.Scheduling;

namespace Fleet.Simulation.Parts;

/// <summary>The broker: it loses, doubles, delays and reorders as the history's chaos has it. What nobody takes waits; a worker's own queue dies with it.</summary>
internal sealed class Bus(World world)
{
    private readonly SimProcess _process = new("broker", world.Scheduler);
    private readonly List<(string Queue, object Message)> _waiting = [];

    /// <summary>When the last of the messages that are under way now arrives.</summary>
    public long Latest { get; private set; }

    /// <summary>As a publisher sees it: it may fail although the message goes out, and succeed although it is lost.</summary>
    public async Task SendAsync(SimProcess sender, string queue, object message, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(4)), sender.Time, cancellationToken);
        var fails = world.Chaos.Strikes(Fault.SendFails);
        if (!fails || world.Random.Next(2) == 0)
            Send(queue, message);
        if (fails)
            throw new InvalidOperationException("The broker did not confirm.");
    }

    public void Send(string queue, object message)
    {
        if (world.Chaos.Strikes(Fault.MessageLost))
            return;
        Deliver(queue, message, Delay());
        if (world.Chaos.Strikes(Fault.MessageDoubled))
            Deliver(queue, message, Delay());
    }

    /// <summary>Its consumer died with it in hand.</summary>
    public void Redeliver(string queue, object message) => Deliver(queue, message, TimeSpan.FromMilliseconds(50));

    /// <summary>Somebody began to consume: what waits in a queue is offered again, in its order.</summary>
    public void Offer()
    {
        if (_waiting.Count == 0)
            return;
        var waiting = _waiting.ToList();
        _waiting.Clear();
        foreach (var (queue, message) in waiting)
            Deliver(queue, message, TimeSpan.FromMilliseconds(world.Random.Next(1000)));
    }

    private TimeSpan Delay() => world.Chaos.Strikes(Fault.MessageLate) ? TimeSpan.FromSeconds(world.Random.Next(90)) : TimeSpan.FromMilliseconds(1 + world.Random.Next(30));

    private void Deliver(string queue, object message, TimeSpan delay)
    {
        Latest = Math.Max(Latest, world.Scheduler.Ticks + delay.Ticks);
        world.Scheduler.After(delay, _process, () => Arrive(queue, message));
    }

    private void Arrive(string queue, object message)
    {
        if (world.Workers.FirstOrDefault(w => w.Queue == queue) is { } worker)
        {
            worker.Take(message);
            return;
        }

        if (queue.StartsWith("fleet-worker-", StringComparison.Ordinal))
            return;
        if (queue.StartsWith("fleet-pool-", StringComparison.Ordinal))
        {
            if (Pick(world.Workers.Where(w => w.Process.IsAwake).ToList()) is { } any)
                any.Take(message);
            else
                _waiting.Add((queue, message));
            return;
        }

        if (Pick(world.Coordinators.Where(c => c.Process.IsAwake).ToList()) is { } coordinator)
            coordinator.Take(queue, message);
        else
            _waiting.Add((queue, message));
    }

    private T? Pick<T>(List<T> all)
        where T : class =>
        all.Count == 0 ? null : all[world.Random.Next(all.Count)];
}
