using Renci.SshNet;

namespace Fleet.Worker.Ssh;

/// <summary>
/// Tells when a command printed something. The library's streams have no other way than a thread that blocks for each; a hundred followed zones would keep two hundred threads. Here one thread looks at all of them,
/// often enough for a person, and sleeps while nobody waits.
/// </summary>
internal sealed class OutputWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(12);
    private readonly object gate = new();
    private readonly List<Waiter> waiting = [];
    private bool started;

    public static OutputWatch Shared { get; } = new();

    /// <summary>Its task ends when the command has unread output; dispose it to stop looking.</summary>
    public Waiter Watch(SshCommand command)
    {
        var waiter = new Waiter(command);
        lock (gate)
        {
            waiting.Add(waiter);
            if (!started)
                new Thread(Look) { IsBackground = true, Name = "fleet-ssh-output" }.Start();
            started = true;
            if (waiting.Count == 1)
                Monitor.Pulse(gate);
        }

        return waiter;
    }

    private void Look()
    {
        while (true)
        {
            lock (gate)
            {
                while (waiting.Count == 0)
                    Monitor.Wait(gate);
                waiting.RemoveAll(static w => w.LooksNoMore());
                Monitor.Wait(gate, Interval);
            }
        }
    }

    internal sealed class Waiter(SshCommand command) : IDisposable
    {
        private readonly TaskCompletionSource something = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Something => something.Task;

        public void Dispose() => something.TrySetResult();

        internal bool LooksNoMore()
        {
            if (!something.Task.IsCompleted && command.OutputStream.Length == 0 && command.ExtendedOutputStream.Length == 0)
                return false;
            something.TrySetResult();
            return true;
        }
    }
}
