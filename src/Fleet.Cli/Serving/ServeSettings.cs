using Fleet.Cli.Output;
using Fleet.Hosting.Bus;
using Fleet.Orchestration;
using Fleet.Server;
using Fleet.Server.Access;
using Fleet.Server.Access.SignIn;
using Fleet.Server.Hardening;
using Fleet.Server.Packages;
using Fleet.Worker;
using Microsoft.Extensions.Configuration;

namespace Fleet.Cli.Serving;

/// <summary>The whole configuration of one serving process, checked: all errors at once.</summary>
internal sealed record ServeSettings(Roles Roles, ServerOptions Server, WorkerOptions Worker, BusOptions Bus, IReadOnlyList<string> Problems)
{
    public const string DefaultListen = "http://127.0.0.1:7070";

    /// <summary>Key <c>Fleet:Metrics:Listen</c>: where Prometheus reads, beside the API's address; null: there, and only where that is this machine's own.</summary>
    public string? MetricsListen { get; init; }

    /// <summary>Fills in what follows from other settings, then reads and checks everything.</summary>
    public static ServeSettings Read(ConfigurationManager configuration)
    {
        var problems = new List<string>();
        SecretFiles.Add(configuration, problems);
        var roles = Roles.Parse(configuration["Fleet:Roles"], problems);
        var server = new ServerOptions
        {
            Data = configuration["Fleet:Data"] ?? "./fleet-data",
            Listen = configuration["Fleet:Listen"] ?? DefaultListen,
            Certificate = Text(configuration, "Fleet:Tls:Certificate"),
            CertificateKey = Text(configuration, "Fleet:Tls:Key"),
            AllowRemote = Flag(configuration, "Fleet:Access:AllowRemote", problems),
            Token = Text(configuration, "Fleet:Access:Token"),
            WorkerToken = Text(configuration, "Fleet:Access:WorkerToken"),
            PublicUrl = Text(configuration, "Fleet:PublicUrl"),
            Oidc = roles.Web ? OidcOptions.Read(configuration, problems) : null,
            Hardening = HardeningOptions.Read(configuration, problems),
            Packages = PackageTrustOptions.Read(configuration, problems),
        };
        problems.AddRange(server.Problems());
        if (problems.Count == 0)
            AddDerived(configuration, roles, server);
        var bus = BusOptions.Read(configuration, problems);
        if (bus.Transport == BusTransport.Memory && !roles.IsAll)
            problems.Add(Say.Of($"Fleet:Roles is '{roles}', and Fleet:Bus:Transport memory reaches this process only. Run all roles in it, or set Fleet__Bus__Transport=rabbitmq and Fleet__Bus__Uri."));
        if (roles.Coordinator || roles.Web)
            problems.AddRange(OrchestrationRegistration.Problems(configuration));
        var worker = roles.Worker ? WorkerSettings.Read(configuration, problems) : new WorkerOptions();
        // A worker beside it has told of the same key already.
        if (roles.Web)
            problems.AddRange(ServerRegistration.Problems(configuration).Except(problems));
        var metrics = Text(configuration, "Fleet:Metrics:Listen");
        if (metrics is not null && (!Uri.TryCreate(metrics, UriKind.Absolute, out var url) || url.Scheme != "http" || url.AbsolutePath != "/" || url.Query.Length > 0 || (Uri.TryCreate(server.Listen, UriKind.Absolute, out var api) && api.Port == url.Port)))
            problems.Add(Say.Of($"Fleet:Metrics:Listen is '{metrics}': it takes a URL with a port of its own, like http://127.0.0.1:9464."));
        return new ServeSettings(roles, server, worker, bus, problems) { MetricsListen = metrics };
    }

    /// <summary>As <c>fleet serve</c> would read them, for commands that work on the store and the data folder: what they do not need may be wrong.</summary>
    public static ServeSettings ReadStore(string? data, out ConfigurationManager configuration)
    {
        configuration = ServeHost.NewBuilder().Configuration;
        if (data is not null)
            configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Fleet:Data"] = data });
        var settings = Read(configuration);
        var problems = settings.Problems.Intersect(OrchestrationRegistration.Problems(configuration)).ToList();
        return problems.Count == 0 ? settings : throw new CommandLine.CliFailure(CommandLine.ExitCodes.Usage, string.Join(Environment.NewLine, problems));
    }

    /// <summary>The data folder holds everything, and a worker beside the web role finds it by itself.</summary>
    private static void AddDerived(ConfigurationManager configuration, Roles roles, ServerOptions server)
    {
        var data = server.Data = Path.GetFullPath(server.Data);
        var derived = new Dictionary<string, string?> { ["Fleet:Data"] = data };
        if (configuration["Fleet:Artifacts:Folder"] is null)
            derived["Fleet:Artifacts:Folder"] = Path.Combine(data, "artifacts");
        if (roles.Web && configuration["Fleet:Server:Url"] is null)
        {
            derived["Fleet:Server:Url"] = Here(new Uri(server.Listen));
            // It calls itself by an address, and knows its own certificate.
            derived["Fleet:Server:Pin"] = server.IsEncrypted ? server.Certificate : null;
        }

        // What seals and what opens are one process: they need no key from elsewhere.
        if (roles.Worker && roles.Web)
            derived["Fleet:Transcripts:OwnKey"] = Path.Combine(data, "transcript-key");
        if (configuration["Fleet:Server:Token"] is null && configuration["Fleet:Server:TokenFile"] is null)
            derived[server.WorkerToken is null ? "Fleet:Server:TokenFile" : "Fleet:Server:Token"] = server.WorkerToken ?? Path.Combine(data, TokenFile.Worker);
        configuration.AddInMemoryCollection(derived);
    }

    /// <summary>This process's own address as it can be reached from itself.</summary>
    public static string Here(Uri listen) => $"{listen.Scheme}://{(listen.Host is "0.0.0.0" or "[::]" ? "127.0.0.1" : listen.Host)}:{listen.Port}";

    private static bool Flag(ConfigurationManager configuration, string key, List<string> problems)
    {
        if (Text(configuration, key) is not { } text)
            return false;
        if (!bool.TryParse(text, out var value))
            problems.Add(Say.Of($"{key} is '{text}': it takes true or false."));
        return value;
    }

    private static string? Text(ConfigurationManager configuration, string key) => configuration[key] is { Length: > 0 } text ? text : null;
}
