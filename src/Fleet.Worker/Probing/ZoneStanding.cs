using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fleet.Worker.Probing;

/// <summary>Where a zone stands, read in one go and without a change: versions, markers, leftovers, the runner's state and who works there.</summary>
internal static partial class ZoneStanding
{
    private const string Head = "==fleet-section ";

    private static readonly string[] Asked = ["host.name", "boot.id", "version.json", "version", "zone.ids", "markers", "rescue", "installers", "runner", "processes", "end"];

    /// <summary>The vendor's default places. A site that moved them is read by its runbook's preflight, not here.</summary>
    public static string Script { get; } = $$"""
        LC_ALL=C; export LC_ALL
        section() { printf '\n{{Head}}%s\n' "$1"; }
        section host.name; hostname
        section boot.id; cat /proc/sys/kernel/random/boot_id
        section version.json; cat /pitrix/version.json 2>/dev/null
        section version; head -c 4096 /pitrix/version 2>/dev/null
        section zone.ids; head -c 4096 /pitrix/conf/variables/zone_ids 2>/dev/null
        section markers; for f in /pitrix/upgrade/*.Done; do [ -e "$f" ] && printf '%s\n' "${f##*/}"; done
        section rescue; [ -e /pitrix/conf/disable_hyperpair_rescue ] && echo disabled
        section installers; for f in /root/qingcloud-installer*; do [ -e "$f" ] && printf '%s\n' "$f"; done
        section runner; for f in fence active installation; do p=/var/lib/fleet/$f; if [ -L "$p" ]; then printf '%s=%s\n' "$f" "$(readlink "$p")"; elif [ -f "$p" ]; then printf '%s=%s\n' "$f" "$(head -c 256 "$p" | head -n 1)"; fi; done
        section processes; ps -eo pid,user,tty,args 2>/dev/null | grep -E 'upgrade\.sh|pre_upgrade|upgrade_pkgs|post_upgrade|update\.sh|update_nodes|exec_nodes|scan_all|gen_node_list|apt-get|aptitude|dpkg' | head -n 100
        section end
        """;

    /// <returns>Facts by name; null: the answer is not whole.</returns>
    public static IReadOnlyDictionary<string, string>? Parse(string answer)
    {
        var sections = Sections(answer);
        if (!Asked.All(sections.ContainsKey))
            return null;
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["host.name"] = sections["host.name"].Trim(),
            ["boot.id"] = sections["boot.id"].Trim(),
            ["zone.ids"] = string.Join(',', sections["zone.ids"].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            ["markers.present"] = string.Join(',', Lines(sections["markers"])),
            ["rescue.flag"] = sections["rescue"].Contains("disabled", StringComparison.Ordinal) ? "true" : "false",
            ["installer.folders"] = string.Join('\n', Lines(sections["installers"])),
            ["processes.vendor"] = string.Join('\n', Lines(sections["processes"]).Where(IsVendorWork)),
        };
        foreach (var (name, value) in Versions(sections["version.json"], sections["version"]))
            facts[name] = value;
        foreach (var pair in Lines(sections["runner"]).Select(l => l.Split('=', 2)).Where(p => p.Length == 2))
            facts[$"runner.{pair[0]}"] = pair[1];
        return facts;
    }

    internal static IEnumerable<(string Name, string Value)> Versions(string json, string plain)
    {
        if (json.Trim().Length == 0)
            return plain.Trim().Length == 0 ? [("versions.layout", "none")] : [("versions.layout", "plain"), ("versions.installer", plain.Trim())];
        try
        {
            using var document = JsonDocument.Parse(json);
            var current = document.RootElement.GetProperty("current");
            return
            [
                ("versions.layout", "json"),
                .. current.EnumerateObject()
                    .Where(p => p.Name is "installer" or "patch" or "upgrade" or "qingcloud" or "old_upgrade" or "new_upgrade")
                    .Select(p => ($"versions.{p.Name.Replace('_', '-')}", p.Value.ToString())),
            ];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [("versions.layout", "unreadable")];
        }
    }

    /// <summary>A line of ps is somebody's work unless it is only the search itself or an editor that has the file open.</summary>
    internal static bool IsVendorWork(string line)
    {
        var words = line.Split((char[]?)null, 5, StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 4 && words[3] is not ("grep" or "awk" or "vi" or "vim" or "less" or "tail" or "cat" or "more") && VendorWork().IsMatch(line);
    }

    [GeneratedRegex(@"(^|[/\s])((bootstrap/upgrade|pre_upgrade|upgrade_pkgs|post_upgrade|update|update_nodes|update_nodes_allinone|exec_nodes|scan_all|gen_node_list)\.(sh|py)|apt-get|aptitude|dpkg)(\s|$)", RegexOptions.ExplicitCapture)]
    private static partial Regex VendorWork();

    private static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Dictionary<string, string> Sections(string answer)
    {
        var sections = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in $"\n{answer}".Split($"\n{Head}").Skip(1))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            sections.TryAdd(end < 0 ? part.Trim() : part[..end].Trim(), end < 0 ? "" : part[(end + 1)..]);
        }

        return sections;
    }
}
