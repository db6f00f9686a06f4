using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api.Zones;
using Spectre.Console;

namespace Fleet.Cli.Zones;

internal static class ZoneCommands
{
    public static Command Make() => CommandFactory.Group("zones", Say.Of("The inventory: zones, how they are reached and whether they can be."),
            ZoneImport.Make(), List(), Show(), Remove(), ZoneTrust.Make(), ZoneTest.Make(), ZoneHandover.Take(), ZoneHandover.Return())
        .WithExamples("fleet zones import zones.yaml", "fleet zones list");

    private static Command List()
    {
        var selector = new Argument<string?>("selector") { Description = Say.Of("all, names (pek1a,cd1a) or labels (region=pek,tier!=canary)"), Arity = ArgumentArity.ZeroOrOne };
        return CommandFactory.Make("list", Say.Of("Lists zones."), async (context, cancellationToken) =>
        {
            var path = context.Parsed.GetValue(selector) is { } given ? $"zones?selector={FleetApi.Segment(given)}" : "zones";
            var answer = await context.Api.GetAsync<IReadOnlyList<ZoneDocument>>(path, cancellationToken);
            context.Show(answer, zones =>
            {
                if (zones.Count == 0)
                {
                    context.Terminal.Line(Say.Of("No zones yet. Add some: fleet zones import FILE"));
                    return;
                }

                var table = new TextTable("zone", "firstbox", "kind", "pool", "version", "pinned", "labels", "remarks");
                foreach (var zone in zones)
                {
                    table.Add(
                        zone.Name, $"{zone.Firstbox.User}@{zone.Firstbox.Host}:{zone.Firstbox.Port}", Kind(zone), zone.Pool, Version(zone),
                        new Cell(Words.Yes(zone.Pinned), zone.Pinned ? Style.Plain : Styles.Bad), string.Join(',', zone.Labels.Select(l => $"{l.Key}={l.Value}")), Remarks(zone));
                }

                table.Write(context.Terminal);
            });
            return ExitCodes.Ok;
        }, selector).WithExamples("fleet zones list", "fleet zones list 'region=pek,tier!=canary' -o json");
    }

    private static Command Show()
    {
        var name = new Argument<string>("name") { Description = Say.Of("The zone") };
        return CommandFactory.Make("show", Say.Of("Shows one zone."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.GetAsync<ZoneDocument>($"zones/{FleetApi.Segment(context.Get(name))}", cancellationToken);
            context.Show(answer, zone => ZonePrinter.Print(context.Terminal, zone));
            return ExitCodes.Ok;
        }, name).WithExamples("fleet zones show pek1a");
    }

    private static Command Remove()
    {
        var name = new Argument<string>("name") { Description = Say.Of("The zone") };
        var yes = new Option<bool>("--yes") { Description = Say.Of("Do not ask") };
        return CommandFactory.Make("remove", Say.Of("Removes a zone from the inventory; nothing happens to the zone itself."), async (context, cancellationToken) =>
        {
            var zone = context.Get(name);
            if (!await context.ConfirmedAsync(Say.Of($"Remove {zone} from the inventory?"), context.Get(yes), cancellationToken))
                return ExitCodes.No;
            var answer = await context.Api.DeleteAsync<ZoneDocument>($"zones/{FleetApi.Segment(zone)}", cancellationToken);
            context.Show(answer, removed => context.Terminal.Line(Say.Of($"{removed.Name} is no longer in the inventory.")));
            return ExitCodes.Ok;
        }, name, yes).WithExamples("fleet zones remove pek1a --yes");
    }

    internal static string Kind(ZoneDocument zone) =>
        zone.ZoneIds.Count > 0
            ? string.Join(' ', zone.ZoneIds.Select(z => $"{z.Id}:{Words.Of(z.Kind)}{(z.SpecialSubZone ? "+website" : "")}"))
            : zone.Kind is { } kind ? $"{Words.Of(kind)}{(zone.SpecialSubZone ? " +website" : "")}" : "";

    internal static string Version(ZoneDocument zone) =>
        zone.Facts.TryGetValue("versions.installer", out var installer) ? $"{installer}-{zone.Facts.GetValueOrDefault("versions.qingcloud", "?")}" : "–";

    private static string Remarks(ZoneDocument zone) =>
        zone.TakenBy is { } person ? Say.Of($"taken by {person}") : zone.Rollout is { } rollout ? Say.Of($"in rollout {Words.Short(rollout)}") : "";
}
