using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Fleet.ZoneLab;

// What a test changes or waits for while the zone runs.
public sealed partial class LabZone
{
    /// <summary>A script that comes to this point waits there (its journal says <c>gate</c>) until <see cref="OpenGate"/>.</summary>
    public void CloseGate(string point) => control.File($"/gates/{point}", "");

    public void OpenGate(string point) => File.Delete(control.At($"/gates/{point}"));

    /// <summary>Waits until a script stands at the closed gate.</summary>
    public Task<Effect> WaitAtGateAsync(string point, TimeSpan limit, CancellationToken cancellationToken) =>
        WaitForAsync(effect => effect.What == "gate" && effect.Detail == point, limit, cancellationToken);

    /// <summary>From now on, points that match the pattern take this long; 0 takes none. The newest setting counts.</summary>
    public void SetDuration(string pattern, TimeSpan duration)
    {
        var path = control.At("/durations");
        var text = $"{pattern} {duration.TotalSeconds.ToString(CultureInfo.InvariantCulture)}\n" + File.ReadAllText(path);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    public void AddFault(FaultShape fault) => control.File($"/faults/{fault.Point}", ZoneTree.FaultFile(fault));

    public void RemoveFault(string point) => File.Delete(control.At($"/faults/{point}"));

    /// <summary>Puts a node out of reach, or back.</summary>
    public void SetReachable(string node, bool reachable)
    {
        if (reachable)
            File.Delete(control.At($"/nodes/{node}/unreachable"));
        else
            control.File($"/nodes/{node}/unreachable", "");
    }

    /// <summary>Breaks a node's apt (<c>fetch</c>, <c>error</c>, <c>lock</c>), or mends it with null.</summary>
    public void SetApt(string node, string? broken)
    {
        if (broken is null)
            File.Delete(control.At($"/nodes/{node}/apt"));
        else
            control.File($"/nodes/{node}/apt", broken + "\n");
    }

    public void SetService(string name, string state, string kind = "")
    {
        var path = control.At("/services");
        var others = File.ReadAllLines(path).Where(line => line.Split(' ')[0] != name);
        File.WriteAllLines(path, [.. others, $"{name} {state} {kind}".TrimEnd()]);
    }

    public void SetCheckItems(params IReadOnlyList<string> items) => control.File("/check", string.Concat(items.Select(item => item + "\n")));

    /// <summary>The root of a node's own files on this machine: pitrix/…, root/….</summary>
    public string NodeRoot(string node) => control.At($"/nodes/{node}");

    /// <summary>Nodes on which this file is, like <c>/pitrix/conf/disable_hyperpair_rescue</c>.</summary>
    public IReadOnlyList<string> NodesWith(string path) =>
        [.. Shape.Nodes.Select(node => node.Name).Where(node => Path.Exists(Path.Combine(NodeRoot(node), path.TrimStart('/')))).Order(StringComparer.Ordinal)];

    public bool Exists(string path) => Path.Exists(OnHost(path));

    public string Read(string path) => Encoding.UTF8.GetString(ReadBytes(path));

    public byte[] ReadBytes(string path) => File.ReadAllBytes(OnHost(path));

    public void Write(string path, string text, bool executable = false)
    {
        var host = OnHost(path);
        Directory.CreateDirectory(Path.GetDirectoryName(host)!);
        File.WriteAllText(host, text);
        if (executable)
            File.SetUnixFileMode(host, VendorScripts.Executable);
    }

    public void Delete(string path) => File.Delete(OnHost(path));

    /// <exception cref="TimeoutException">Shows the journal.</exception>
    public async Task<Effect> WaitForAsync(Func<Effect, bool> wanted, TimeSpan limit, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var journal = Journal();
            if (journal.FirstOrDefault(wanted) is { } found)
                return found;
            if (clock.Elapsed > limit)
                throw new TimeoutException($"Zone {Name} did not do it within {limit.TotalSeconds:0.#} s. Its journal:\n{string.Join('\n', journal)}");
            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Where a zone's path is on this machine: below the private root, or, for what is mounted over it, through its first process.</summary>
    private string OnHost(string path) =>
        path.StartsWith("/run/", StringComparison.Ordinal) || Shape.SmallDisks.Keys.Any(disk => path == disk || path.StartsWith(disk + "/", StringComparison.Ordinal))
            ? $"/proc/{pid}/root{path}"
            : root.At(path);
}
