using System.Globalization;
using System.Text.RegularExpressions;

namespace Fleet.Runbooks.Facts;

public sealed record RunningProcess(int Pid, int ParentPid, string User, string Tty, string Command);

/// <summary>Who works on a firstbox: vendor scripts, apt and dpkg that are not ours, out of <c>ps -eo pid=,ppid=,user=,tty=,args=</c>.</summary>
public sealed partial record ActivityReport(IReadOnlyList<RunningProcess> Foreign)
{
    /// <param name="ours">Tells a process that Fleet itself started; its descendants count as ours too.</param>
    /// <param name="alsoWork">Further command lines that count, if the thing that runs is no reader like vim or tail.</param>
    public static ActivityReport Read(string ps, Func<RunningProcess, bool> ours, Func<string, bool>? alsoWork = null)
    {
        var processes = Lines.Of(ps).Select(Parse).OfType<RunningProcess>().DistinctBy(p => p.Pid).ToDictionary(p => p.Pid);
        var foreign = processes.Values.Where(p => (IsWork(p.Command) || (alsoWork is not null && RunsItself(p.Command, alsoWork))) && !IsOurs(p, processes, ours)).ToList();
        // A script's children say nothing new: the topmost process is the one that a person knows.
        return new ActivityReport([.. foreign.Where(p => !HasAncestorIn(p, processes, foreign)).OrderBy(p => p.Pid)]);
    }

    /// <summary>A vendor script or a package tool as the thing that runs: an editor on one of these files is none.</summary>
    public static bool IsWork(string command)
    {
        var program = Program(command);
        return program is not null && (VendorScript().IsMatch(program) || PackageTool().IsMatch(program));
    }

    private static string? Program(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var at = 0;
        while (at < words.Length && (Interpreter().IsMatch(words[at]) || (at > 0 && words[at].StartsWith('-') && !words[at].StartsWith("-c", StringComparison.Ordinal))))
            at++;
        return at < words.Length ? words[at] : null;
    }

    /// <summary>The pattern is held against the program that runs, without its interpreter and its arguments.</summary>
    private static bool RunsItself(string command, Func<string, bool> matches) => Program(command) is { } program && matches(program);

    private static bool IsOurs(RunningProcess process, Dictionary<int, RunningProcess> all, Func<RunningProcess, bool> ours) =>
        Ancestors(process, all).Prepend(process).Any(ours);

    private static bool HasAncestorIn(RunningProcess process, Dictionary<int, RunningProcess> all, List<RunningProcess> among) => Ancestors(process, all).Any(among.Contains);

    private static IEnumerable<RunningProcess> Ancestors(RunningProcess process, Dictionary<int, RunningProcess> all)
    {
        var seen = new HashSet<int> { process.Pid };
        while (all.TryGetValue(process.ParentPid, out var parent) && seen.Add(parent.Pid))
        {
            yield return parent;
            process = parent;
        }
    }

    private static RunningProcess? Parse(string line)
    {
        var match = Process().Match(line);
        return match.Success
            ? new RunningProcess(
                int.Parse(match.Groups["pid"].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups["ppid"].Value, CultureInfo.InvariantCulture),
                match.Groups["user"].Value, match.Groups["tty"].Value, match.Groups["args"].Value.Trim())
            : null;
    }

    [GeneratedRegex(@"^\s*(?<pid>\d{1,9})\s+(?<ppid>\d{1,9})\s+(?<user>\S+)\s+(?<tty>\S+)\s+(?<args>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Process();

    [GeneratedRegex(@"^(?:\S*/)?(?:sh|bash|dash|ksh|sudo|nohup|setsid|env|nice|ionice|time|timeout|script|python[\d.]*|[A-Z_]+=\S*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Interpreter();

    [GeneratedRegex(@"(?:^|/)(?:pre_upgrade|post_upgrade|upgrade_pkgs|update_nodes|update|exec_nodes|_exec_node|_update_node|scan_all)\.sh$|/bootstrap/(?:upgrade|bootstrap)\.sh$|(?:^|\./)upgrade\.sh$|/pitrix/bin/gen_node_list\.(?:py|sh)$", RegexOptions.CultureInvariant)]
    private static partial Regex VendorScript();

    [GeneratedRegex(@"^(?:\S*/)?(?:apt|apt-get|aptitude|dpkg|dpkg-deb|unattended-upgrade|unattended-upgrades|do-release-upgrade)$", RegexOptions.CultureInvariant)]
    private static partial Regex PackageTool();
}
