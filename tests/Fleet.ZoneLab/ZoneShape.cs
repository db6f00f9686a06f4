namespace Fleet.ZoneLab;

/// <summary>All that makes one simulated zone what it is when the lab starts. A profile is a function from a shape to a shape.</summary>
public sealed record ZoneShape
{
    public required string Name { get; init; }
    public required LabPackage Package { get; init; }

    public string Installer { get; init; } = "4.9.3";
    public string Patch { get; init; } = "20200110";
    public string Upgrade { get; init; } = "20200110";
    public string Qingcloud { get; init; } = "20200110";

    /// <summary>A 3.x site: <c>/pitrix/version</c> with this text in place of version.json.</summary>
    public string? PlainVersion { get; init; }

    public required IReadOnlyList<ZoneIdShape> Ids { get; init; }

    /// <summary>Text of <c>variables.yaml</c> or of the variable files, in place of what the ids say.</summary>
    public string CloudType { get; init; } = "private";

    public required IReadOnlyList<NodeShape> Nodes { get; init; }
    public IReadOnlyList<ServiceShape> Services { get; init; } = [.. DefaultServices.Select(name => new ServiceShape(name))];

    /// <summary>How long after a restart a service is STARTING.</summary>
    public TimeSpan Starting { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Newer supervisors end with 3 when something does not run.</summary>
    public bool SupervisorExits3 { get; init; } = true;

    /// <summary>QEMU versions that server.yaml lists, the last is the default.</summary>
    public IReadOnlyList<string> Emulators { get; init; } = ["2.4.1.2", "2.11.1.1"];

    /// <summary>Files under /pitrix/repo beside the usual ones.</summary>
    public IReadOnlyList<string> ExtraRepo { get; init; } = [];

    /// <summary>Items of check.py: <c>always</c>, <c>before</c> or <c>after</c> the packages were upgraded, then the line.</summary>
    public IReadOnlyList<string> CheckItems { get; init; } = [];

    /// <summary>Files that come with the new installer under /pitrix/upgrade/upgrades.</summary>
    public IReadOnlyDictionary<string, string> Upgrades { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<FaultShape> Faults { get; init; } = [];

    /// <summary>Gates that are closed from the start.</summary>
    public IReadOnlyList<string> Gates { get; init; } = [];

    /// <summary>Seconds by pattern of points; the first that matches counts, before those of <see cref="LabOptions.Speed"/>.</summary>
    public IReadOnlyList<(string Pattern, double Seconds)> Durations { get; init; } = [];

    /// <summary>Any other files: absolute path in the zone → text.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Markers that an abandoned upgrade left long ago.</summary>
    public IReadOnlyList<string> OldMarkers { get; init; } = [];

    /// <summary>Commands that somebody ran by hand before the lab hands the zone over. Their effects are in <see cref="LabZone.PreparedJournal"/>.</summary>
    public IReadOnlyList<string> Prepare { get; init; } = [];

    /// <summary>The package is in /root from the start.</summary>
    public bool PackageOnFirstbox { get; init; }

    /// <summary>A command that somebody left running; it is in the journal only once its gate <c>foreign</c> is opened.</summary>
    public string? Foreign { get; init; }

    /// <summary>Small file systems: path → bytes.</summary>
    public IReadOnlyDictionary<string, long> SmallDisks { get; init; } = new Dictionary<string, long>();

    /// <summary>How far its clock is off: every process in the zone, and every file's time as it sees it.</summary>
    public TimeSpan ClockOffset { get; init; }

    public LoginShape Login { get; init; } = LoginShape.Key;

    /// <summary>With <see cref="LoginShape.Sudo"/>: sudo wants the user's password.</summary>
    public bool SudoAsks { get; init; }
    public bool OldAlgorithms { get; init; }

    /// <summary>LANG of every session.</summary>
    public string? Lang { get; init; }

    /// <summary>Root's bash start-up file.</summary>
    public string? BashStartUp { get; init; }

    /// <summary>What the inventory says beside the truth.</summary>
    public string? DeclaredKind { get; init; }
    public bool LegacyQemu { get; init; }

    public bool IsRegion => Ids.Count > 1;

    private static readonly string[] DefaultServices =
        ["apache2", "bootstrap-server", "dhcp-server", "installer-api", "installer-daemon", "installer-repo", "tftp-server", "zookeeper"];
}

/// <param name="Kind"><c>global</c> or <c>sub</c>, as the zone's variables say it.</param>
public sealed record ZoneIdShape(string Id, string Kind, bool Special = false);

/// <param name="Role">Groups that it is in, separated by a space.</param>
public sealed record NodeShape(string Name, string Role)
{
    public string? ZoneId { get; init; }
    public string OsVersion { get; init; } = "16.04.3";

    /// <summary>What is wrong with its apt: <c>fetch</c> (warnings and exit 0), <c>error</c>, <c>lock</c>, <c>half-installed</c> (only dpkg --audit shows it).</summary>
    public string? Apt { get; init; }
    public bool Reachable { get; init; } = true;

    /// <summary>The site itself has put the rescue switch there.</summary>
    public bool RescueDisabled { get; init; }
}

/// <param name="State">As supervisorctl names it.</param>
/// <param name="Kind">Empty, <c>slow</c> (five times as long STARTING) or <c>broken</c> (never starts).</param>
public sealed record ServiceShape(string Name, string State = "RUNNING", string Kind = "");

/// <summary>What goes wrong at a named point of a script.</summary>
/// <param name="Action"><c>fail</c>, <c>print</c> (the text, and go on), <c>die</c> (SIGKILL), <c>hang</c>, <c>spew N</c> (bytes in lines), <c>line N</c> (bytes without a newline).</param>
/// <param name="Times">How often; 0 means always.</param>
public sealed record FaultShape(string Point, string Action, int Times = 1)
{
    /// <summary>Why, or what is printed. Bytes as they are.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }
}

public enum LoginShape
{
    Key,

    /// <summary>A password and no key.</summary>
    Password,

    /// <summary>A user that is not root, with a key, and sudo without a password.</summary>
    Sudo,

    /// <summary>The password is asked for by keyboard-interactive.</summary>
    KeyboardInteractive,
}
