using Fleet.Runbooks.Facts;
using Fleet.Runbooks.Model;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.Bootstrap;

/// <summary>The bootstrap's log as the runbook knows it: where it is, what begins a run's section, what proves that it ended well. Every step that looks for these signs looks for the same.</summary>
internal sealed record BootstrapLog(string Path, string? Begin, string? Success)
{
    private const int SectionLimit = 4 * 1024 * 1024;

    public static BootstrapLog Of(IStepContext context)
    {
        var step = context.Step.Kind == BootstrapStep.Kind ? context.Step : context.Runbook.Phases.SelectMany(p => p.Steps).FirstOrDefault(s => s.Kind == BootstrapStep.Kind);
        return new BootstrapLog(context.Fill(step?.Done.Log ?? "${paths.bootstrap-log}"), step?.With.GetValueOrDefault("logStart"), step?.Done.SuccessLine);
    }

    public string Script => $"tail -c {SectionLimit} {Sh.Quote(Path)}";

    public UpgradeLog Read(string text) => UpgradeLog.Read(text, Begin is null ? null : Patterns.Compile(Begin), Success is null ? null : Patterns.Compile(Success));
}
