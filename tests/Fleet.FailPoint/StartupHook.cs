using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;

/// <summary>
/// Loaded into a process of Fleet by <c>DOTNET_STARTUP_HOOKS</c>, so that the program itself has no fail points. Kills the process with SIGKILL right after a commit that changed a zone upgrade, before anything of it
/// is published: when the file that <c>FLEET_FAIL_POINT</c> names is there, after as many more such commits as it says.
/// </summary>
#pragma warning disable CA1050, MA0047 // the runtime looks for it outside of any namespace
internal static class StartupHook
#pragma warning restore CA1050, MA0047
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("FLEET_FAIL_POINT") is { Length: > 0 } file)
            DiagnosticListener.AllListeners.Subscribe(new Listeners(new Commits(file)));
    }

    private sealed class Listeners(Commits commits) : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore")
                value.Subscribe(commits);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class Commits(string file) : IObserver<KeyValuePair<string, object?>>
    {
        private readonly ConcurrentDictionary<DbTransaction, byte> _changing = new();
        private readonly Lock _lock = new();

        public void OnNext(KeyValuePair<string, object?> value)
        {
            switch (value.Key)
            {
                case "Microsoft.EntityFrameworkCore.Database.Command.CommandExecuted" when Property<DbCommand>(value.Value, "Command") is { Transaction: { } transaction } command && command.CommandText.Contains("UPDATE zone_upgrades", StringComparison.Ordinal):
                    _changing[transaction] = 0;
                    break;
                case "Microsoft.EntityFrameworkCore.Database.Transaction.TransactionCommitted" when Property<DbTransaction>(value.Value, "Transaction") is { } transaction && _changing.TryRemove(transaction, out _):
                    Committed();
                    break;
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        private void Committed()
        {
            lock (_lock)
            {
                if (!File.Exists(file))
                    return;
                var more = int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
                if (more > 0)
                {
                    File.WriteAllText(file, $"{more - 1}");
                    return;
                }

                File.Delete(file);
                using var self = Process.GetCurrentProcess();
                self.Kill();
            }
        }

        private static T? Property<T>(object? from, string name)
            where T : class => from?.GetType().GetProperty(name)?.GetValue(from) as T;
    }
}
