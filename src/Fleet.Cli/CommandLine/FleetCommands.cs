using System.CommandLine;
using Fleet.Cli.Access;
using Fleet.Cli.Backups;
using Fleet.Cli.Calendars;
using Fleet.Cli.Checks;
using Fleet.Cli.Decisions;
using Fleet.Cli.Handovers;
using Fleet.Cli.Logs;
using Fleet.Cli.Output;
using Fleet.Cli.Packages;
using Fleet.Cli.Plans;
using Fleet.Cli.Records;
using Fleet.Cli.Rollouts;
using Fleet.Cli.Rollouts.Timelines;
using Fleet.Cli.Runbooks;
using Fleet.Cli.Serving;
using Fleet.Cli.Settings;
using Fleet.Cli.Strategies;
using Fleet.Cli.Zones;

namespace Fleet.Cli.CommandLine;

/// <summary>All commands of the program.</summary>
internal static class FleetCommands
{
    public static RootCommand Root()
    {
        var root = new RootCommand(Say.Of("Upgrades many zones in parallel, safely, and shows what happens."))
        {
            ServeCommand.Make(),
            ZoneCommands.Make(),
            PackageCommands.Make(),
            RunbookCommands.Make(),
            StrategyCommands.Make(),
            CalendarCommands.Make(),
            CheckCommands.Make(),
            PlanCommands.Make(),
            RolloutCommands.Make(),
            DecisionCommands.Make(),
            HandoverCommand.Make(),
            LogsCommand.Make(),
            TimelineCommand.Make(),
            GuardCommands.Make(),
            DebtCommands.Make(),
            NodeCommands.Make(),
            RecordCommands.Workers(),
            RecordCommands.Audit(),
            TokenCommands.Make(),
            SessionCommands.Make(),
            IdentityCommands.Make(),
            WhoAmICommand.Make(),
            MigrateCommand.Make(),
            HealthCommand.Make(),
            BackupCommands.Backup(),
            BackupCommands.Restore(),
            SettingsCommands.Make(),
        };
        GlobalOptions.AddTo(root);
        root.WithExamples(
            "fleet serve",
            "fleet zones import zones.yaml",
            "fleet packages add qingcloud-installer_4.3.2-20261101_amd64.tar.gz",
            "fleet rollout start --zones all --package 4.3.2-20261101 --watch");
        Help.AddTo(root);
        return root;
    }
}
