using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Facts;
using Fleet.Worker.Steps.Reading;

namespace Fleet.Worker.Steps.CheckVariables;

/// <summary>The cloud's type and the kind of each zone id (Q4, Q5), in both layouts, held against the inventory. Options: <c>cloudType</c>.</summary>
internal sealed class CheckVariablesStep : IStepKind
{
    /// <summary>From here on there is one file for all variables.</summary>
    private const string OneFileFrom = "4.3.0";

    public string Name => "check-variables";

    public async Task<StepResult> RunAsync(IStepContext context, CancellationToken cancellationToken)
    {
        var folder = context.PathOf("variables");
        var file = context.PathOf("variables-file");
        var script = Batch.Script(("zone_ids", $"cat {Sh.Quote($"{folder}/zone_ids")}"), ("yaml", $"cat {Sh.Quote(file)}"))
            + Batch.FilesScript("file", Sh.Quote(folder), "cloud_type.* is_global_zone.* is_sub_zone.*");
        var batch = await Batch.ReadAsync(context, script, cancellationToken);

        string? FileText(string name) => batch[$"file/{name}"].TextIfOk;
        var files = batch.Under("file/cloud_type.").Select(f => f.Key["file/cloud_type.".Length..]).Order(StringComparer.Ordinal).ToList();
        var zoneIds = batch["zone_ids"].TextIfOk is { } listed ? VariablesReader.ZoneIds(listed) : [];
        if (zoneIds.Count == 0)
            zoneIds = files.Count > 0 ? files : [.. context.Command.Traits.ZoneIds.Select(z => z.Id).OfType<string>()];
        if (zoneIds.Count == 0)
            return StepResult.Failed(Finding.Of("zone-ids-missing", ("file", $"{folder}/zone_ids")));

        var yaml = batch["yaml"].TextIfOk;
        // The layout goes with the version; a site that has only the other one is read by what it has.
        var byYaml = yaml is not null && (files.Count == 0 || VersionNumber.Compare(context.Facts.GetValueOrDefault("versions.installer"), OneFileFrom) is null or >= 0);
        if (yaml is null && files.Count == 0)
            return StepResult.Failed(Finding.Of("variables-missing", ("folder", folder), ("file", file)));
        string? problem = null;
        var read = byYaml
            ? VariablesReader.FromYaml(zoneIds, file, yaml!, out problem)
            : [.. zoneIds.Select(id => VariablesReader.FromFiles(id, folder, FileText))];
        return read is null
            ? StepResult.Failed(Finding.Of("variables-unreadable", ("file", file), ("problem", problem!)))
            : VariablesVerdict.Of(context, read, context.Option("cloudType", "private"));
    }
}

internal static class VariablesVerdict
{
    public static StepResult Of(IStepContext context, IReadOnlyList<ZoneVariables> read, string cloudType)
    {
        var other = read.Where(z => z.CloudType is not null && !z.CloudType.Equals(cloudType, StringComparison.OrdinalIgnoreCase)).ToList();
        if (other.Count > 0)
        {
            return StepResult.Ends(
                Finding.Of("cloud-type-wrong", ("zone", string.Join(", ", other.Select(z => z.ZoneId))), ("type", string.Join(", ", other.Select(z => z.CloudType!).Distinct(StringComparer.Ordinal))), ("wanted", cloudType), ("file", string.Join(", ", other.Select(z => z.CloudTypeFrom).Distinct(StringComparer.Ordinal))))
                    .WithLines(other.Select(z => $"{z.ZoneId}: cloud_type {z.CloudType} ({z.CloudTypeFrom})")));
        }

        var missing = read.Where(z => z.CloudType is null).ToList();
        if (missing.Count > 0)
            return StepResult.Failed(Finding.Of("cloud-type-missing", ("zone", string.Join(", ", missing.Select(z => z.ZoneId))), ("file", string.Join(", ", missing.Select(z => z.CloudTypeFrom).Distinct(StringComparer.Ordinal)))));

        var kinds = ZoneKinds.Compare(read, context.Command.Traits.ZoneIds);
        if (kinds.Contradictions.Count == 0)
            return StepResult.Succeeded() with { Facts = Facts(kinds.ByZone(trustZone: true)) };
        var mayTrustZone = kinds.Pairs.All(p => p.Read is not null);
        var mayTrustInventory = kinds.Pairs.All(p => p.Declared is not null);
        if (context.Choice() is Choices.TrustZone && mayTrustZone)
            return StepResult.Succeeded(Finding.Of("kind-trusted", ("trusted", "zone"), ("by", context.By()))) with { Facts = Facts(kinds.ByZone(trustZone: true)) };
        if (context.Choice() is Choices.TrustInventory && mayTrustInventory)
            return StepResult.Succeeded(Finding.Of("kind-trusted", ("trusted", "inventory"), ("by", context.By()))) with { Facts = Facts(kinds.ByZone(trustZone: false)) };

        var choices = new List<string>();
        if (mayTrustZone)
            choices.Add(Choices.TrustZone);
        if (mayTrustInventory)
            choices.Add(Choices.TrustInventory);
        choices.Add(Choices.Fail);
        return StepResult.Asks(new DecisionRequest
        {
            Kind = DecisionKind.KindContradiction,
            Step = context.Step.Name,
            Question = Finding.Of("kind-contradiction", ("contradictions", string.Join("; ", kinds.Contradictions.Select(c => c.Text)))).WithLines(kinds.Contradictions.Select(c => c.Text)),
            Choices = choices,
            Items = [.. kinds.Contradictions.Select(c => new DecisionItem(c.ZoneId, c.Text))],
            Fingerprint = Fingerprint.Of(context, "kind-contradiction", kinds.Contradictions.Select(c => $"{c.Read}/{c.Declared}")),
        });
    }

    private static Dictionary<string, string> Facts(IReadOnlyDictionary<string, string> kinds)
    {
        var facts = kinds.ToDictionary(k => $"zone.kind.{k.Key}", k => k.Value, StringComparer.Ordinal);
        facts["zone.ids"] = string.Join(',', kinds.Keys);
        return facts;
    }
}

/// <summary>The kinds that the zone has and that the inventory declares, side by side.</summary>
/// <param name="Pairs">One per zone id of either side.</param>
internal sealed record ZoneKinds(IReadOnlyList<ZoneKindPair> Pairs)
{
    public IReadOnlyList<ZoneKindPair> Contradictions => [.. Pairs.Where(p => p.Read != p.Declared)];

    public static ZoneKinds Compare(IReadOnlyList<ZoneVariables> read, IReadOnlyList<ZoneIdTraits> declared)
    {
        // Without an id the inventory means the one kind of all that the environment manages.
        var forAll = declared.FirstOrDefault(d => d.Id is null);
        var pairs = read.Select(z => new ZoneKindPair(z.ZoneId, Word(z.Kind), (declared.FirstOrDefault(d => d.Id == z.ZoneId) ?? forAll) is { } d ? Word(d.Kind) : null, z.KindFrom)).ToList();
        pairs.AddRange(declared.Where(d => d.Id is not null && read.All(z => z.ZoneId != d.Id)).Select(d => new ZoneKindPair(d.Id!, null, Word(d.Kind), "zone_ids")));
        return new ZoneKinds(pairs);
    }

    public IReadOnlyDictionary<string, string> ByZone(bool trustZone) => Pairs.ToDictionary(p => p.ZoneId, p => (trustZone ? p.Read : p.Declared)!, StringComparer.Ordinal);

    private static string? Word(ReadKind kind) => kind switch { ReadKind.Global => "global", ReadKind.Sub => "sub", _ => null };

    private static string Word(ZoneKind kind) => kind == ZoneKind.Global ? "global" : "sub";
}

/// <param name="Read">global or sub as the zone says; null: neither, or both, or the zone does not manage this id.</param>
/// <param name="Declared">As the inventory says; null: it does not name this id.</param>
internal sealed record ZoneKindPair(string ZoneId, string? Read, string? Declared, string From)
{
    public string Text => $"{ZoneId} is {Read ?? "neither a global nor a sub zone, or both"} by {From}, {Declared ?? "not named"} in the inventory";
}
