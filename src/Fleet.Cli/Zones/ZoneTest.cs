using System.CommandLine;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Contracts.Probes;
using Fleet.Server.Api.Zones;

namespace Fleet.Cli.Zones;

internal static class ZoneTest
{
    public static Command Make()
    {
        var selector = new Argument<string>("zones") { Description = Say.Of("all, names or labels") };
        return CommandFactory.Make("test", Say.Of("Tries to reach zones and names what fails for each: route, bastion, algorithm, host key, login, root."), async (context, cancellationToken) =>
        {
            var answer = await context.Api.PostAsync<IReadOnlyList<ProbeDocument>>("zones/probe", new ProbeRequest(context.Get(selector), ProbeDepth.Login), cancellationToken);
            context.Show(answer, probes =>
            {
                var table = new TextTable("zone", "reached", "checked, or what is wrong");
                foreach (var probe in probes)
                {
                    var failed = probe.Stages.FirstOrDefault(s => !s.Ok);
                    table.Add(
                        probe.Zone,
                        new Cell(failed is null ? Say.Of("● well") : $"✕ {failed.Name}", failed is null ? Styles.Good : Styles.Bad),
                        failed?.Problem is { } problem ? problem.Text : string.Join(", ", probe.Stages.Select(s => s.Name)));
                }

                table.Write(context.Terminal);
                context.Terminal.Line(Say.Of($"{probes.Count(p => p.Ok)} of {probes.Count} can be upgraded from here."));
            });
            return answer.Value.All(p => p.Ok) ? ExitCodes.Ok : ExitCodes.No;
        }, selector).WithExamples("fleet zones test all", "fleet zones test pek1a,cd1a -o json");
    }
}
