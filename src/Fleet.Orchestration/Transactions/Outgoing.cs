using Fleet.Orchestration.ZoneUpgrades;

namespace Fleet.Orchestration.Transactions;

/// <summary>What is sent once the commit is through. Losing it costs time only: the reconciler derives it again.</summary>
internal sealed class Outgoing
{
    public List<OwedMessage> Sends { get; } = [];
    public List<object> Publishes { get; } = [];

    public void Send(string key, string queue, object message) => Sends.Add(new OwedMessage(key, queue, message));

    public void Clear()
    {
        Sends.Clear();
        Publishes.Clear();
    }

    public void Add(Outgoing other)
    {
        Sends.AddRange(other.Sends);
        foreach (var message in other.Publishes)
            Publish(message);
    }

    public void Publish(object message)
    {
        if (!Publishes.Contains(message))
            Publishes.Add(message);
    }
}
