using System.Globalization;
using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckActivity;

/// <summary>
/// Holds the zone while someone or something else is at work on its firstbox: a vendor's script, apt or dpkg, or a run of Fleet that nobody looks after.
/// Options: <c>processes</c>, a pattern of further command lines that count.
/// </summary>
internal sealed class CheckActivityStep : IStepKind
{
    public string Name => "check-activity";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var batch = await Batch.ReadAsync(context, Activity.Script, cancellationToken);
        var found = Activity.Read(batch, context.Step.With.GetValueOrDefault("processes"));
        if (found is null)
            return StepResult.Failed(Finding.Of("activity-unreadable"));
        return found.Count == 0 ? StepResult.Succeeded() : StepResult.Failed(found[0], [.. found.Skip(1)]);
    }
}

/// <summary>Reading who works on a firstbox; also asked before a guard is released.</summary>
internal static class Activity
{
    public static string Script => Batch.Script(
        ("ps", "ps -eww -o pid= -o ppid= -o user= -o tty= -o args="),
        ("cookies", "for p in /proc/[0-9]*; do c=$(tr '\\0' '\\n' <$p/environ 2>/dev/null | sed -n 's/^FLEET_EXECUTION=//p' | head -n 1); [ -z \"$c\" ] || echo \"${p#/proc/} $c\"; done; true"));

    /// <summary>A finding per foreign process and per run of Fleet that is still alive; null when the processes could not be read.</summary>
    public static IReadOnlyList<Finding>? Read(Batch batch, string? furtherPattern)
    {
        if (!batch["ps"].Ok)
            return null;
        var cookies = new Dictionary<int, string>();
        foreach (var line in Lines.Of(batch["cookies"].Text))
        {
            if (line.Split(' ') is [var pid, var execution] && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                cookies[number] = execution;
        }

        var further = furtherPattern is null ? null : new Regex(furtherPattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        var foreign = ActivityReport.Read(batch["ps"].Text, p => cookies.ContainsKey(p.Pid), further is null ? null : c => further.IsMatch(c)).Foreign;
        return
        [
            .. foreign.Select(p => Finding.Of("foreign-work", ("user", p.User), ("tty", p.Tty), ("pid", p.Pid.ToString(CultureInfo.InvariantCulture)), ("command", Shorten(p.Command)))),
            .. cookies.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(e => Finding.Of("execution-alive", ("execution", e))),
        ];
    }

    private static string Shorten(string command) => command.Length <= 200 ? command : command[..200];
}
