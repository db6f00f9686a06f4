using System.Collections.ObjectModel;
using System.Globalization;

namespace Fleet.ZoneLab;

/// <summary>A number of simulated zones behind real OpenSSH servers. Disposing it ends every process that it started.</summary>
public sealed class Lab : IAsyncDisposable
{
    private readonly Holder holder;
    private int disposed;

    private Lab(string directory, Holder holder, LabPackage package, LabKeys keys)
    {
        Directory = directory;
        this.holder = holder;
        Package = package;
        Keys = keys;
    }

    public string Directory { get; }
    public LabPackage Package { get; }
    public IReadOnlyDictionary<string, LabZone> Zones { get; private set; } = ReadOnlyDictionary<string, LabZone>.Empty;

    /// <summary>A file that <c>fleet zones import</c> takes; host keys are pinned.</summary>
    public string InventoryPath => Path.Combine(Directory, "inventory.yaml");
    public string Inventory => File.ReadAllText(InventoryPath);

    internal LabKeys Keys { get; }

    /// <exception cref="InvalidOperationException">A program is missing, or a zone does not start: says which and why.</exception>
    /// <exception cref="ArgumentException">A name is used twice.</exception>
    public static async Task<Lab> StartAsync(LabOptions options, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new InvalidOperationException("The zone lab needs root, for namespaces and sshd: start it with sudo (./eng/lab does).");
        Tool.Require(("sshd", "openssh-server"), ("ssh-keygen", "openssh-client"), ("bwrap", "bubblewrap"), ("nsenter", "util-linux"), ("unshare", "util-linux"), ("script", "bsdutils"));
        if (options.Zones.Select(zone => zone.Name).Distinct().Count() != options.Zones.Count)
            throw new ArgumentException("Two zones of the lab have one name.", nameof(options));
        foreach (var zone in options.Zones)
            Profiles.Check(zone.Profile);

        var directory = Path.GetFullPath(options.Directory ?? System.IO.Directory.CreateTempSubdirectory("zonelab-").FullName);
        System.IO.Directory.CreateDirectory(Path.Combine(directory, "zones"));
        VendorScripts.WriteTo(Path.Combine(directory, "shared"));
        var package = LabPackage.Create(directory, options);
        var keys = await LabKeys.MakeAsync(directory, options.Zones.Any(zone => Profiles.Apply(zone, package).OldAlgorithms), cancellationToken);

        var lab = new Lab(directory, new Holder(directory, temporary: options.Directory is null), package, keys);
        try
        {
            var zones = new LabZone[options.Zones.Count];
            var ports = Ports.Take(zones.Length);
            var few = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(4, Environment.ProcessorCount), CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, zones.Length, few, async (index, token) =>
            {
                var spec = options.Zones[index];
                var shape = Profiles.Apply(spec, package);
                zones[index] = new LabZone(lab, lab.holder, shape, spec.Profile, ports[index]);
                await zones[index].CreateAsync(BaseDurations(options.Speed), token);
            });
            lab.Zones = zones.ToDictionary(zone => zone.Name).AsReadOnly();
            await File.WriteAllTextAsync(lab.InventoryPath, ZoneLab.Inventory.Write(zones), cancellationToken);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Seconds of each point at speed 1.</summary>
    private static string BaseDurations(double speed)
    {
        if (speed <= 0)
            return "";
        (string Pattern, double Seconds)[] points =
        [
            ("bootstrap.*", 1.2), ("pre_upgrade.*", 0.8), ("upgrade_pkgs.test.*", 0.1), ("upgrade_pkgs.*", 0.3), ("update.*.*", 0.4), ("update_nodes.*", 0.5),
            ("post_upgrade.*", 0.8), ("exec_nodes.node.*", 0.2), ("exec_nodes.*", 0.1), ("check.*", 1), ("scan_all.*", 1), ("gen_node_list.*", 0.3),
        ];
        return string.Concat(points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Pattern} {p.Seconds * speed:0.###}\n")));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
            return;
        await holder.DisposeAsync();
    }
}
