using Fleet.Hosting.Bus;
using Fleet.Orchestration;
using Fleet.Server;
using Fleet.Worker;
using Microsoft.Extensions.Configuration;

namespace Fleet.Cli.Serving;

/// <summary>The roles of this process and all that they are configured with; read and checked as a whole.</summary>
internal sealed record ServeOptions
{
    private static readonly string[] Known = ["coordinator", "worker", "web"];

    public required bool Coordinator { get; init; }
    public required bool Worker { get; init; }
    public required bool Web { get; init; }
    public required string Data { get; init; }
    public required ServerOptions Server { get; init; }
    public required WorkerOptions WorkerOptions { get; init; }

    /// <summary>What is wrong, each naming the key, the value and what is allowed.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public static ServeOptions Read(IConfiguration configuration)
    {
        var problems = new List<string>();
        var roles = (configuration["Fleet:Roles"] ?? string.Join(',', Known)).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = roles.Except(Known, StringComparer.Ordinal).ToList();
        if (unknown.Count > 0 || roles.Length == 0)
            problems.Add($"Fleet:Roles (--roles) is '{configuration["Fleet:Roles"]}': it takes {string.Join(", ", Known)} or some of them, with commas between.");

        var server = new ServerOptions();
        configuration.GetSection("Fleet").Bind(server);
        configuration.GetSection("Fleet:Access").Bind(server);
        var worker = new WorkerOptions();
        configuration.GetSection("Fleet:Worker").Bind(worker);
        var options = new ServeOptions
        {
            Coordinator = roles.Contains("coordinator"),
            Worker = roles.Contains("worker"),
            Web = roles.Contains("web"),
            Data = Path.GetFullPath(server.Data),
            Server = server,
            WorkerOptions = worker,
            Problems = problems,
        };
        // A worker alone still listens for its health checks.
        problems.AddRange(server.Problems());
        if (options.Worker)
            problems.AddRange(worker.Problems());
        if (options.Coordinator || options.Web)
            problems.AddRange(OrchestrationRegistration.Problems(configuration));
        var bus = BusOptions.Read(configuration, problems);
        if (problems.Count == 0 && bus.Transport == BusTransport.Memory && !(options.Coordinator && options.Worker && options.Web))
            problems.Add($"Fleet:Roles (--roles) is '{string.Join(',', roles)}', but the in-memory bus joins the roles of one process only. Leave --roles out, or set Fleet__Bus__Transport=rabbitmq and Fleet__Bus__Uri.");
        return options;
    }
}
