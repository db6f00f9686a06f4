using Fleet.Checking;
using Fleet.Runbooks.Model;

namespace Fleet.Simulation.Zones;

/// <summary>A runbook with a step of every shape that deciding depends on.</summary>
internal static class SimRunbook
{
    public const string Guard = "rescue-disabled";

    public static Runbook Runbook { get; } = new()
    {
        Name = "simulated",
        Version = "1.0.0",
        Digest = new string('d', 64),
        Settings = new Dictionary<string, string>(),
        Phases =
        [
            Phase("preflight", Step("look", "sim-check") with { Repeatable = true }),
            Phase("stage-package", Step("replace-installer", "sim-change") with { Changes = true, Repeatable = true }, Step("bootstrap", "shell", "bootstrap")),
            Phase("prepare-platform", Step("disable-rescue", "set-guard") with { Changes = true, Guard = Guard }),
            Phase(
                "upgrade-platform",
                Step("pre-upgrade", "shell", "pre-upgrade") with { Required = true },
                Step("upgrade-packages", "shell", "upgrade-packages") with
                {
                    UpgradesPackages = true,
                    NeedsGuards = [Guard],
                    Prompts =
                    [
                        new PromptRule { Name = "test-nodes", Pattern = "Are you sure to test", Policy = PromptPolicy.Answer, Answer = "yes" },
                        new PromptRule { Name = "component", Pattern = @"Are you sure to update \[(?<nodes>[^\]]+)\] nodes with \[(?<packages>[^\]]+)\] packages", Policy = PromptPolicy.Answer, Answer = "yes", SafePoint = true, Component = true },
                        new PromptRule { Name = "ignore", Pattern = "Do you want to ignore the failed nodes", Policy = PromptPolicy.Ask, SafePoint = true },
                    ],
                },
                Step("post-upgrade", "shell", "post-upgrade")),
            Phase("verify", Step("check-health", "sim-check") with { Repeatable = true }),
            Phase("restore-rescue", Step("release-rescue", "release-guard") with { Changes = true, Guard = Guard, Repeatable = true }),
        ],
    };

    public static RunbookShape Shape { get; } = RunbookShape.Of(Runbook);

    private static Phase Phase(string name, params Step[] steps) => new() { Name = name, Title = name, Steps = steps };

    private static Step Step(string name, string kind, string? command = null) => new()
    {
        Name = name,
        Title = name,
        Implements = [],
        Kind = kind,
        Command = command is null ? null : $"sim {command}",
        Changes = command is not null,
        TimeLimit = TimeSpan.FromMinutes(10),
    };
}
