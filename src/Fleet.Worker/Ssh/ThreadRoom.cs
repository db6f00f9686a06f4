namespace Fleet.Worker.Ssh;

/// <summary>The library keeps one thread of the pool busy for each open jump. The pool adds threads slowly, so it is told of each.</summary>
internal static class ThreadRoom
{
    private static readonly Lock Gate = new();

    public static void Take() => Change(1);

    public static void GiveBack() => Change(-1);

    private static void Change(int by)
    {
        lock (Gate)
        {
            ThreadPool.GetMinThreads(out var workers, out var ports);
            ThreadPool.SetMinThreads(workers + by, ports);
        }
    }
}
