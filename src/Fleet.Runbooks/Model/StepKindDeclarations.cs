using System.Collections.Frozen;

namespace Fleet.Runbooks.Model;

/// <summary>Every kind of step that a runbook may name, with its options. A test holds them against the kinds that the worker registers.</summary>
public static class StepKindDeclarations
{
    private static readonly StepKindDeclaration[] Declared =
    [
        new()
        {
            Name = "check-activity", Does = "Holds the zone while a foreign vendor script, apt or dpkg is at work on its firstbox.",
            Options = [Pattern("processes", "Command lines that count as foreign work.")],
        },
        new()
        {
            Name = "check-versions", Does = "Reads version.json and compares it with the package: start, already there, mid-upgrade, or not to be upgraded.",
            Options =
            [
                Choice("expect", "start", "start: the zone is about to be upgraded. target: the upgrade must have arrived.", "start", "target"),
                new() { Name = "migrationDocument", Type = OptionType.Text, Default = "how_to_migrate_installer_v4.X.md", Does = "The vendor's document named to whoever still has an older installer." },
            ],
        },
        new()
        {
            Name = "check-variables", Does = "Reads the cloud's type and the kind of every zone id, and holds them against the inventory.",
            Options = [new() { Name = "cloudType", Type = OptionType.Text, Default = "private", Does = "What cloud_type must be." }],
        },
        new()
        {
            Name = "check-services", Does = "Waits until every service is RUNNING, and names those that are not.", Command = CommandUse.Required,
            Options = [Duration("wait", "3m", "How long services may stay STARTING."), Duration("interval", "10s", "The pause between two looks.")],
        },
        new()
        {
            Name = "check-disk", Does = "Compares free space with what package, unpacked content and backups need.",
            Options =
            [
                new() { Name = "unpackFactor", Type = OptionType.Number, Default = "2.5", Does = "Unpacked size as a multiple of the package's." },
                new() { Name = "reserveMegabytes", Type = OptionType.Number, Default = "1024", Does = "Space that must stay free on every file system touched." },
            ],
        },
        new()
        {
            Name = "record-health", Does = "Runs the platform's check and remembers its items as the baseline; a retry never replaces it.", Command = CommandUse.Required,
            Options = [Path("result", "The file with the full list of items that the check leaves.")],
        },
        new()
        {
            Name = "upload-package", Does = "Uploads the package with resume, verifies its digest on the firstbox, then gives it its name.", Changes = true,
            Options = [Path("folder", "Where the package goes.", required: true)],
        },
        new()
        {
            Name = "check-package", Does = "Lists the package's entries and refuses what would unpack outside of its own folder.",
            Options = [Path("folder", "Where the package lies.", required: true), new() { Name = "topFolder", Type = OptionType.Text, Default = "qingcloud-installer", Does = "The only folder that the package may unpack to." }],
        },
        new()
        {
            Name = "replace-installer", Does = "Renames the old installer's folder by its version and unpacks the new one; safe to repeat at any point.", Changes = true,
            Options = [Path("folder", "Where the package lies and is unpacked.", required: true), Path("installer", "The installer's folder.", required: true)],
        },
        new()
        {
            Name = "bootstrap", Does = "Runs the installer's own upgrade once; done only by version.json, this run's log and the installed packages together.", Command = CommandUse.Required, Changes = true, Interactive = true,
            Options = [Pattern("logStart", "The line that begins a run's section in the log.")],
        },
        new()
        {
            Name = "check-backups", Does = "Verifies backups: folders complete, dumps readable to their closing line; remembers each with its digest.",
            Options =
            [
                new() { Name = "expect", Type = OptionType.Backups, Required = true, Does = "What must be there, one backup a line." },
                new() { Name = "contentMegabytes", Type = OptionType.Number, Default = "2048", Does = "Up to this size a folder's files are read for its digest; above it the digest is of paths and sizes only, and says so." },
            ],
        },
        new()
        {
            Name = "check-qemu", Does = "Compares QEMU packages in the repo with the emulator lists; proposes moving higher ones out for old or declared sites, elsewhere only reports.", Changes = true,
            Options = [new() { Name = "oldOs", Type = OptionType.Text, Default = "12.04", Does = "The os_version of nodes that make a site an old one." }],
        },
        new()
        {
            Name = "shell", Does = "Runs a command on the firstbox; it succeeds when its exit code is accepted and its proof holds.", Command = CommandUse.Required, Changes = true, Interactive = true,
            Options = [new() { Name = "acceptExit", Type = OptionType.Text, Default = "0", Does = "Exit codes that are well, with commas between." }],
        },
        new()
        {
            Name = "check-nodes", Does = "Runs a command on every node and reads each node's own outcome; offers quarantine for those that stay unhealthy.", Command = CommandUse.Required, OnNodes = true, Changes = true, Interactive = true,
            Options =
            [
                new() { Name = "group", Type = OptionType.Text, Default = "all", Does = "The node group." },
                new() { Name = "nodes", Type = OptionType.Text, Does = "Only these nodes of the group, with commas between; none of them is offered for quarantine." },
                new() { Name = "databaseGroups", Type = OptionType.Text, Default = "pgserver,zoocassa", Does = "Groups whose nodes are quarantined only by whoever types their names once more; the first node of `snapshot` too." },
            ],
        },
        new() { Name = "check-repo", Does = "Finds mixed-up, duplicate and superfluous packages; a person chooses which are moved out.", Changes = true },
        new()
        {
            Name = "set-guard", Does = "Sets a flag file on every node of a group, remembers who had it before, and reads it back.", Guard = GuardUse.Sets, Changes = true, Interactive = true,
            Options = [new() { Name = "group", Type = OptionType.Text, Required = true, Does = "The node group." }, Path("flag", "The flag file on each node.", required: true)],
        },
        new()
        {
            Name = "release-guard", Does = "Removes the flag from exactly the nodes that the guard set it on, and reads it back; where that is not safe a person decides.", Guard = GuardUse.Releases, Changes = true, Interactive = true,
            Options = [Path("flag", "The flag file on each node.", required: true)],
        },
        new()
        {
            Name = "vendor-script", Does = "Runs one of the vendor's scripts once; done by its marker or version.json and a clean section of its log.", Command = CommandUse.Required, Changes = true, Interactive = true,
            Options =
            [
                Pattern("logStart", "The line that begins a run's section in the step's log, where a run that Fleet did not begin is looked at."),
                Pattern("manualLine", "The line before the paths of the readmes with work to do by hand."),
            ],
        },
        new()
        {
            Name = "upgrade-packages", Does = "Runs the package upgrade, component by component, and reports what was skipped, ignored or never asked for.", Command = CommandUse.Required, Changes = true, Interactive = true,
            Options =
            [
                new() { Name = "autoCommand", Type = OptionType.Text, Required = true, Does = "The command for a rollout that runs without questions." },
                Path("nodeLogs", "The folder of the per-node logs update_NODE.log.", required: true),
                Pattern("componentLine", "The question before a component, with the groups nodes and packages.", "nodes", "packages"),
                Pattern("ignoreLine", "The question whether failed nodes are ignored."),
                Pattern("nodeLine", "The result on one node, with the group node, and the group ok where it is well.", "node", "ok"),
                Pattern("unpreparedLine", "What is printed where pre_upgrade.sh has not been run."),
            ],
        },
        new()
        {
            Name = "readmit-nodes", Does = "Brings quarantined nodes back: looks at them, puts their settings files back and makes the list of nodes anew.", Changes = true,
            Options = [new() { Name = "nodes", Type = OptionType.Text, Required = true, Does = "The nodes, with commas between." }],
        },
        new()
        {
            Name = "update-nodes", Does = "Updates the packages of single nodes, component by component, as the upgrade did on all others.", Command = CommandUse.Required, Changes = true,
            Options =
            [
                new() { Name = "nodes", Type = OptionType.Text, Required = true, Does = "The nodes, with commas between." },
                new() { Name = "components", Type = OptionType.Text, Required = true, Does = "GROUP/PACKAGES of the whole upgrade, with commas between; a node gets those of its groups." },
            ],
        },
        new() { Name = "manual", Does = "Turns the vendor's manual operations into a checklist that a person ticks.", Options = [Path("file", "The file or folder with the operations; absent: there is nothing to do.", required: true)] },
        new()
        {
            Name = "check-health", Does = "Runs the platform's check and compares it with the baseline: only items that were fine before count.", Command = CommandUse.Required,
            Options = [Path("result", "The file with the full list of items that the check leaves.")],
        },
        new()
        {
            Name = "update-website", Does = "Upgrades the website's package for every special sub zone id.", Command = CommandUse.Required, Changes = true, Interactive = true,
            Options =
            [
                new() { Name = "group", Type = OptionType.Text, Default = "webservice", Does = "The node group; in a region with the zone id before it, like pek1a-webservice." },
                new() { Name = "package", Type = OptionType.Text, Default = "global-website", Does = "The package set." },
            ],
        },
    ];

    private static readonly FrozenDictionary<string, StepKindDeclaration> ByName = Declared.ToFrozenDictionary(d => d.Name);

    /// <summary>All, sorted by name.</summary>
    public static IReadOnlyList<StepKindDeclaration> All { get; } = [.. Declared.OrderBy(d => d.Name, StringComparer.Ordinal)];

    public static StepKindDeclaration? Find(string name) => ByName.GetValueOrDefault(name);

    private static OptionDeclaration Path(string name, string does, bool required = false) => new() { Name = name, Type = OptionType.Path, Does = does, Required = required };

    private static OptionDeclaration Pattern(string name, string does, params IReadOnlyList<string> groups) => new() { Name = name, Type = OptionType.Pattern, Does = does, Groups = groups };

    private static OptionDeclaration Duration(string name, string @default, string does) => new() { Name = name, Type = OptionType.Duration, Default = @default, Does = does };

    private static OptionDeclaration Choice(string name, string @default, string does, params IReadOnlyList<string> allowed) =>
        new() { Name = name, Type = OptionType.Choice, Default = @default, Does = does, Allowed = allowed };
}
