using System.CommandLine;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Contracts.Probes;
using Fleet.Server.Api.Zones;

namespace Fleet.Cli.Zones;

/// <summary>Pins host keys, never silently: a fingerprint is given, or a person has seen it and typed yes.</summary>
internal static class ZoneTrust
{
    public static Command Make()
    {
        var selector = new Argument<string>("zones") { Description = Say.Of("all, names or labels") };
        var fingerprint = new Option<string[]>("--fingerprint") { Description = Say.Of("Pin this host key, if the zone (or its jump host) offers it; for one zone"), HelpName = "SHA256:…", AllowMultipleArgumentsPerToken = true };
        return CommandFactory.Make("trust", Say.Of("Reads host keys, shows their fingerprints and pins them on --fingerprint or on a typed yes."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<IReadOnlyList<ProbeDocument>>("zones/probe", new ProbeRequest(context.Get(selector), ProbeDepth.HostKeys), cancellationToken);
            var given = (context.Get(fingerprint) ?? []).Select(f => f.TrimEnd('=')).ToList();
            if (given.Count > 0 && answer.Value.Count != 1)
                throw new CliFailure(ExitCodes.Usage, Say.Of($"--fingerprint is for one zone; {context.Get(selector)} means {answer.Value.Count}."));
            if (context.Json)
                context.Terminal.WriteJson(answer.Json);
            else
                Print(context.Terminal, answer.Value);
            return given.Count > 0
                ? await PinGivenAsync(context, answer.Value[0], given, cancellationToken)
                : await PinSeenAsync(context, answer.Value, cancellationToken);
        }, selector, fingerprint).WithExamples("fleet zones trust all", "fleet zones trust pek1a --fingerprint SHA256:Zk3Nl3jyXo0d0bQm1n7kTQwZ0gqYh7o3yqT1cVw2x4U");
    }

    private static void Print(Terminal terminal, IReadOnlyList<ProbeDocument> probes)
    {
        var table = new TextTable("zone", "host", "algorithm", "fingerprint", "pinned");
        foreach (var probe in probes)
        {
            foreach (var key in probe.HostKeys)
                table.Add(probe.Zone, key.Host, key.Algorithm, key.Fingerprint, Pinned(key));
            if (probe.Stages.FirstOrDefault(s => !s.Ok) is { } failed)
                table.Add(probe.Zone, "", "", new Cell(failed.Problem?.Text ?? failed.Name, Styles.Bad), "");
        }

        table.Write(terminal);
    }

    private static Cell Pinned(OfferedHostKey key) => key.Pinned switch
    {
        true => new Cell(Words.Yes(true), Styles.Good),
        false => new Cell(Say.Of("ANOTHER KEY IS PINNED"), Styles.Bad),
        null => new Cell(Say.Of("not yet"), Styles.NeedsYou),
    };

    private static async Task<int> PinGivenAsync(CommandContext context, ProbeDocument probe, IReadOnlyList<string> given, CancellationToken cancellationToken)
    {
        var offered = given.Select(f => (Fingerprint: f, Key: probe.HostKeys.FirstOrDefault(k => k.Fingerprint.TrimEnd('=') == f))).ToList();
        foreach (var (missing, _) in offered.Where(o => o.Key is null))
            context.Terminal.ErrorLine(Say.Of($"{probe.Zone} does not offer {missing}. Nothing was pinned."));
        if (offered.Exists(o => o.Key is null))
            return ExitCodes.No;
        foreach (var (_, key) in offered)
            await PinAsync(context, probe.Zone, key!, cancellationToken);
        return ExitCodes.Ok;
    }

    private static async Task<int> PinSeenAsync(CommandContext context, IReadOnlyList<ProbeDocument> probes, CancellationToken cancellationToken)
    {
        var open = probes.SelectMany(p => p.HostKeys.Where(k => k.Pinned != true).Select(k => (p.Zone, Key: k))).ToList();
        var unread = probes.Any(p => p.Stages.Any(s => !s.Ok));
        if (open.Count == 0)
            return unread ? ExitCodes.No : ExitCodes.Ok;
        if (context.Json || !context.Terminal.CanAsk)
        {
            context.Terminal.ErrorLine(Say.Of("Nothing was pinned. Compare the fingerprints with those that the firstboxes show themselves, then: fleet zones trust NAME --fingerprint SHA256:…"));
            return ExitCodes.No;
        }

        context.Terminal.Line(Say.Of("Compare these with what the firstboxes show themselves (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub)."));
        if (await context.Terminal.AskAsync(Say.Of($"Pin {Words.Plural(open.Count, "host key", "host keys")}? Type yes:"), cancellationToken) != "yes")
        {
            context.Terminal.Line(Say.Of("Nothing was pinned."));
            return ExitCodes.No;
        }

        foreach (var (zone, key) in open)
            await PinAsync(context, zone, key, cancellationToken);
        return unread ? ExitCodes.No : ExitCodes.Ok;
    }

    private static async Task PinAsync(CommandContext context, string zone, OfferedHostKey key, CancellationToken cancellationToken)
    {
        await context.Api.PostAsync<ZoneDocument>($"zones/{FleetApi.Segment(zone)}/pins", new PinRequest(key.Fingerprint, key.Host), cancellationToken);
        if (!context.Json)
            context.Terminal.Line(Say.Of($"{zone}: {key.Host} is pinned to {key.Fingerprint}."));
    }
}
