using System.Text.Json;
using Fleet.EndToEnd.Tests.Harness;
using Fleet.ZoneLab;

namespace Fleet.EndToEnd.Tests.Faults;

/// <summary>What a zone's effect journal must look like, whatever broke meanwhile.</summary>
internal sealed class JournalPromises(LabZone zone, string state, JsonElement upgrade, bool rebooted)
{
    /// <summary>The vendor's scripts that change a zone, in their order, and the steps that run them.</summary>
    private static readonly (string Script, string Step)[] Scripts =
    [
        ("upgrade.sh", "bootstrap"), ("pre_upgrade.sh", "pre-upgrade"), ("upgrade_pkgs.sh", "upgrade-packages"), ("post_upgrade.sh", "post-upgrade"), ("update.sh", "website"),
    ];

    private readonly IReadOnlyList<Effect> journal = zone.Journal();

    public bool WentOn { get; init; }

    private string Story => $"{zone.Name} ({state}):{Environment.NewLine}{string.Join(Environment.NewLine, journal.Where(e => e.What != "apt").Select(Short))}";

    public void Hold()
    {
        foreach (var (script, step) in Scripts)
            RanOnceForEachAttempt(script, step);
        OneAfterTheOther();
        RescueIsDisabledBeforePackages();
        EachPromptIsAnsweredOnce();
    }

    private void RanOnceForEachAttempt(string script, string step)
    {
        var begun = journal.Count(e => e.Script == script && e.What == "begin");
        var attempts = upgrade.Items("steps").Count(s => s.Text("step") == step && s.TextOrNull("executionId") is not null);
        if (WentOn)
        {
            begun.ShouldBeLessThanOrEqualTo(Math.Max(attempts, 1), $"{script} ran more often than {step} was attempted. {Story}");
            return;
        }

        begun.ShouldBeLessThanOrEqualTo(attempts, $"{script} ran more often than {step} was attempted. {Story}");
        if (state != "succeeded" || step == "website")
            return;
        begun.ShouldBe(attempts, $"{script} ran less often than {step} was attempted. {Story}");
        begun.ShouldBeGreaterThanOrEqualTo(1, Story);
    }

    private void OneAfterTheOther()
    {
        Effect? running = null;
        var reached = 0;
        foreach (var effect in journal.Where(e => e.What is "begin" or "end"))
        {
            // Which nodes carry the flag is read beside a script that the lost part of the past began.
            if (effect is { What: "begin", Script: "check.py" or "exec_nodes.sh" } && !rebooted && !(WentOn && effect.Args.Contains("flag=there", StringComparison.Ordinal)))
                running.ShouldBeNull($"{effect.Script} of another step began while {running?.Script} was at work. {Story}");
            if (Scripts.All(s => s.Script != effect.Script))
                continue;
            if (effect.What == "end")
            {
                running = null;
                continue;
            }

            if (!rebooted)
                running.ShouldBeNull($"{effect.Script} began while {running?.Script} was at work. {Story}");
            var place = Array.FindIndex(Scripts, s => s.Script == effect.Script);
            place.ShouldBeGreaterThanOrEqualTo(reached, $"{effect.Script} ran after {Scripts[reached].Script}. {Story}");
            (running, reached) = (effect, place);
        }
    }

    private void RescueIsDisabledBeforePackages()
    {
        var packages = journal.TakeWhile(e => e is not { Script: "upgrade_pkgs.sh", What: "begin" }).ToList();
        if (packages.Count == journal.Count)
            return;
        foreach (var hyper in zone.Shape.Nodes.Where(n => n.Role == "hyper"))
            packages.ShouldContain(
                e => e.What == "node-effect" && e.Node == hyper.Name && e.Detail.Contains("touch", StringComparison.Ordinal) && e.Detail.Contains("disable_hyperpair_rescue", StringComparison.Ordinal),
                $"packages were upgraded before rescue was disabled on {hyper.Name}. {Story}");
    }

    private void EachPromptIsAnsweredOnce()
    {
        foreach (var run in journal.Where(e => e.What is "prompt" or "answer" or "eof-loop").GroupBy(e => (e.Script, e.Pid)))
        {
            Effect? open = null;
            foreach (var effect in run)
            {
                if (effect.What == "prompt")
                    open.ShouldBeNull($"a question was passed over: {open}. {Story}");
                else
                    effect.Detail.EndsWith("<- " + open?.Detail, StringComparison.Ordinal).ShouldBeTrue($"an answer without its question: {effect}. {Story}");
                open = effect.What == "prompt" ? effect : null;
            }
        }
    }

    private static string Short(Effect effect) => effect.ToString() is { Length: > 160 } text ? text[..160] : effect.ToString();
}
