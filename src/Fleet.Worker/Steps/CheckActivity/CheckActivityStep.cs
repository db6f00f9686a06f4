using System.Globalization;
using System.Text.RegularExpressions;
using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Executions;
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
        return found.Count == 0
            ? StepResult.Succeeded()
            : StepResult.Asks(
                new DecisionRequest
                {
                    Kind = DecisionKind.FailedStep,
                    Step = context.Step.Name,
                    Question = found[0],
                    // To go on beside someone else's work is never offered.
                    Choices = [Choices.Retry, Choices.Fail],
                    Default = Choices.Retry,
                    Fingerprint = Fingerprint.Of(context, found[0].Code),
                },
                [.. found.Skip(1)]);
    }
}

/// <summary>Reading who works on a firstbox; also asked before a guard is released.</summary>
internal static class Activity
{
    public static string Script => Batch.Script(
        ("ps", "ps -eww -o pid= -o ppid= -o user= -o tty= -o args="),
        ("cookies", $"for f in $(grep -slz '^FLEET_EXECUTION=' /proc/[0-9]*/environ); do c=$(tr '\\0' '\\n' <$f | sed -n 's/^FLEET_EXECUTION=//p' | head -n 1); [ -z \"$c\" ] || {{ p=${{f#/proc/}}; [ -h {RemoteRunner.DefaultRoot}/runs/\"$c\"/exit ] && s=ended || s=open; echo \"${{p%/environ}} $c $s\"; }}; done; true"));

    /// <summary>Null: nobody and nothing is at work, so files may be moved. An earlier attempt that timed out may still run.</summary>
    public static async Task<StepResult?> InTheWayAsync(IStepContext context, CancellationToken cancellationToken) =>
        Read(await Batch.ReadAsync(context, Script, cancellationToken), null) switch
        {
            null => StepResult.Failed(Finding.Of("activity-unreadable")),
            [var first, ..] found => StepResult.Failed(first, [.. found.Skip(1)]),
            _ => null,
        };

    /// <summary>A finding per foreign process and per run of Fleet that is still alive; null when the processes could not be read.</summary>
    public static IReadOnlyList<Finding>? Read(Batch batch, string? furtherPattern)
    {
        if (!batch["ps"].Ok)
            return null;
        var ours = new Dictionary<int, (string Execution, bool Open)>();
        foreach (var line in Lines.Of(batch["cookies"].Text))
        {
            if (line.Split(' ') is [var pid, var execution, var state] && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                ours[number] = (execution, state == "open");
        }

        var further = furtherPattern is null ? null : new Regex(furtherPattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        bool IsFurther(string program) => further?.IsMatch(program) == true;
        var text = batch["ps"].Text;
        var foreign = ActivityReport.Read(text, p => ours.ContainsKey(p.Pid), IsFurther).Foreign;
        // A daemon that a finished execution restarted carries its mark for ever; only work that goes on counts.
        var working = ActivityReport.Read(text, _ => false, IsFurther).Foreign.Select(p => p.Pid).ToHashSet();
        var alive = ours.Where(o => o.Value.Open || working.Contains(o.Key)).Select(o => o.Value.Execution).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return
        [
            .. foreign.Select(p => Finding.Of("foreign-work", ("user", p.User), ("tty", p.Tty), ("pid", p.Pid.ToString(CultureInfo.InvariantCulture)), ("command", Shorten(p.Command)))),
            .. alive.Select(e => Finding.Of("execution-alive", ("execution", e))),
        ];
    }

    private static string Shorten(string command) => command.Length <= 200 ? command : command[..200];
}
