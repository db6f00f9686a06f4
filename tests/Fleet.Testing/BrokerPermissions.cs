namespace Fleet.Testing;

/// <summary>Patterns for users of the broker, as deploy/rabbitmq/permissions.yaml has them for people.</summary>
public sealed record BrokerPermissions(string Configure, string Write, string Read)
{
    public static BrokerPermissions Coordinator => Of("coordinator", "");

    public static BrokerPermissions Worker(string pool) => Of("worker", pool);

    private static BrokerPermissions Of(string user, string pool)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder(), "deploy", "rabbitmq", "permissions.yaml")).SkipWhile(l => l != user + ":").Skip(1).Take(3)
            .Select(l => l.Trim().Split(": ", 2)).ToDictionary(l => l[0], l => l[1].Replace("POOL", pool, StringComparison.Ordinal));
        return new BrokerPermissions(lines["configure"], lines["write"], lines["read"]);
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Fleet.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} has Fleet.sln: these tests run from their build folder in the repository.");
    }
}
