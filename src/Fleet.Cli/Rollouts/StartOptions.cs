using System.CommandLine;
using System.Text;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Rollouts;

namespace Fleet.Cli.Rollouts;

/// <summary>What a rollout is started with, and a plan made with.</summary>
internal sealed class StartOptions
{
    private readonly Option<string?> _zones = new("--zones") { Description = Say.Of("all, names (pek1a,cd1a) or labels (region=pek,tier!=canary)"), HelpName = "SELECTOR" };
    private readonly Option<string?> _package = new("--package") { Description = Say.Of("A package's id, file name or the beginning of its digest"), HelpName = "ID" };
    private readonly Option<string?> _strategy = new("--strategy") { Description = Say.Of("A strategy file: waves, limits, verdicts; without one a canary goes first, then 4 side by side"), HelpName = "FILE" };
    private readonly Option<string?> _runbook = new("--runbook") { Description = Say.Of("A runbook's name or digest; default the newest qingcloud-upgrade"), HelpName = "NAME" };
    private readonly Option<int?> _parallel = new("--max-parallel") { Description = Say.Of("Zones at once, also from the start; goes above a strategy's number"), HelpName = "N" };
    private readonly Option<string?> _failures = new("--max-failures") { Description = Say.Of("Zones that may fail before no more are started, or a share of them; default 0"), HelpName = "N|N%" };
    private readonly Option<string?> _until = new("--until") { Description = Say.Of("Every zone stops behind this phase until resumed"), HelpName = "PHASE" };
    private readonly Option<bool> _auto = new("--auto") { Description = Say.Of("Upgrade packages without asking per component; stops at the first error (Q18)") };

    /// <summary>Null: this command makes plans.</summary>
    private readonly Option<string?>? _plan;

    public StartOptions(bool byPlan)
    {
        if (byPlan)
            _plan = new Option<string?>("--plan") { Description = Say.Of("Start exactly what this plan says; refused where anything in it has changed"), HelpName = "HASH" };
    }

    public IReadOnlyList<Option> All => _plan is null ? [_zones, _package, _strategy, _runbook, _parallel, _failures, _until, _auto] : [_zones, _package, _plan, _strategy, _runbook, _parallel, _failures, _until, _auto];

    public async Task<StartRequest> ReadAsync(CommandContext context, string? name, CancellationToken cancellationToken) => new()
    {
        Zones = context.Get(_zones),
        Package = context.Get(_package),
        Plan = _plan is null ? null : context.Get(_plan),
        Strategy = context.Get(_strategy) is { } file ? await TextAsync(file, cancellationToken) : null,
        Name = name,
        Runbook = context.Get(_runbook),
        MaxParallel = context.Get(_parallel),
        MaxFailures = context.Get(_failures),
        Until = context.Get(_until),
        Auto = context.Get(_auto),
    };

    public void Validate(Command command) => command.Validators.Add(result =>
    {
        if (_plan is not null && result.GetValue(_plan) is not null)
            return;
        var or = _plan is null ? "" : Say.Of(", or a plan with --plan");
        if (string.IsNullOrWhiteSpace(result.GetValue(_zones)))
            result.AddError(Say.Of($"Say which zones: --zones all, --zones pek1a,cd1a or --zones region=pek{or}."));
        if (string.IsNullOrWhiteSpace(result.GetValue(_package)))
            result.AddError(Say.Of($"Say which package: --package ID (fleet packages list){or}."));
    });

    /// <summary>Errors that have a place are about the strategy file.</summary>
    public async Task<T> WithFileAsync<T>(CommandContext context, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (CliFailure failure) when (context.Get(_strategy) is { } file && failure.Errors.Any(e => e.Line is not null))
        {
            throw failure.About(file);
        }
    }

    private static async Task<string> TextAsync(string file, CancellationToken cancellationToken)
    {
        var bytes = await InputFile.ReadAsync(file, cancellationToken);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new CliFailure(ExitCodes.Usage, Say.Of($"{file} is not UTF-8: see byte {e.Index}."));
        }
    }
}
