using Fleet.Cli.CommandLine;
using Fleet.Cli.Serving;
using Fleet.Hosting.Bus;
using Fleet.Orchestration;
using Fleet.Orchestration.Zones;
using Fleet.Runbooks.Model;
using Fleet.Server.Access;
using Fleet.Worker;
using Microsoft.Extensions.Configuration;

namespace Fleet.Fuzzing.Targets;

/// <summary>What people type, and what configuration says.</summary>
internal static class PeopleTargets
{
    public static IReadOnlyList<Target> All { get; } =
    [
        Target.OfText("selector", t => ZoneSelector.Parse(t), "all", "pek1a,cd1a", "region=pek,tier!=canary"),
        Target.OfText("moment", t => TimeText.Parse(t), "2026-12-01 22:00", "2026-12-01T22:00+08:00") with { Declared = e => e is CliFailure },
        Target.OfText("listen", t => ListenAddress.Problem(t, allowRemote: true), "http://127.0.0.1:7070", "https://[::1]:1"),
        Target.OfText("person", t => BearerHandler.IsName(t), "ann", "operator/ann"),
        Target.OfText("pattern", t => Patterns.Compile(t).Matches("Are you sure to update [hyper] nodes? "), "(?<nodes>a+)?b*", @"\[[yY]es/[nN]o\]") with { Declared = e => e is ArgumentException or NotSupportedException, Weight = 50 },
        Target.OfText("settings", t => ReadSettings(t), "rabbitmq\namqp://u:p@h/v\n100\n00:00:30\nhttp://127.0.0.1:1\n/tmp/x", "memory\n\n-1\nx\nftp://\nrelative"),
        Target.OfText("roles", t => Roles.Parse(t, []), "coordinator,worker", "web"),
    ];

    private static void ReadSettings(string text)
    {
        var lines = text.Split('\n');
        var keys = new[]
        {
            "Fleet:Bus:Transport", "Fleet:Bus:Uri", "Fleet:Worker:MaxZones", "Fleet:Worker:PromptQuiet", "Fleet:Server:Url", "Fleet:Artifacts:Folder", "Fleet:Artifacts:MaxBytes", "Fleet:Worker:Pool",
            "Fleet:Ssh:ConnectTimeout", "Fleet:Database:Provider", "Fleet:Database:ConnectionString", "Fleet:Worker:UnreachableLimit",
        };
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(keys.Select((k, i) => KeyValuePair.Create<string, string?>(k, lines[i % lines.Length])));
        var problems = new List<string>();
        BusOptions.Read(configuration, problems);
        WorkerSettings.Read(configuration, problems);
        problems.AddRange(OrchestrationRegistration.Problems(configuration));
    }
}
