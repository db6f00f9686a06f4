using System.Globalization;
using Fleet.Contracts.Decisions;

namespace Fleet.Worker.Steps.Shell;

/// <summary>What the shell's own exit codes for a command that is not there (127) or cannot be executed (126) say.</summary>
internal static class MissingScript
{
    /// <param name="path">Of the command; its arguments may follow.</param>
    /// <returns>Null for every other exit code.</returns>
    public static Finding? Of(string step, string path, int? exit, IEnumerable<string> lines)
    {
        if (exit is not (126 or 127))
            return null;
        var script = path.Trim().Split([' ', ';', '\t', '\n'], 2)[0];
        return Finding.Of("script-missing", ("step", step), ("path", script), ("exit", exit.Value.ToString(CultureInfo.InvariantCulture))).WithLines(lines);
    }
}
