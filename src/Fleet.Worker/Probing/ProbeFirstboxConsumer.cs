using Fleet.Contracts;
using Fleet.Contracts.Decisions;
using Fleet.Contracts.Probes;
using Fleet.Contracts.Workers;
using Fleet.Worker.Redaction;
using Fleet.Worker.Ssh;
using MassTransit;

namespace Fleet.Worker.Probing;

/// <summary>Looks at a firstbox for whoever asks, and answers. Nothing is changed there.</summary>
internal sealed class ProbeFirstboxConsumer(IFirstboxes firstboxes, ICoordinatorLink coordinator, WorkerOptions options, KnownSecrets secrets) : IConsumer<ProbeFirstbox>
{
    public async Task Consume(ConsumeContext<ProbeFirstbox> context)
    {
        var probed = context.Message.Contract > ContractNumber.Current
            ? TooNew(context.Message)
            : await firstboxes.ProbeAsync(context.Message, context.CancellationToken);
        if (context.ResponseAddress is { } asked)
        {
            var told = new ZoneRedaction(secrets, context.Message.Zone).Probed(probed) with { WorkerId = options.WorkerId };
            await coordinator.AnswerAsync(asked, context.RequestId, told, context.CancellationToken);
        }
    }

    private static FirstboxProbed TooNew(ProbeFirstbox probe) => new()
    {
        Zone = probe.Zone,
        WorkerId = "",
        Stages = [new ProbeStage(ProbeStages.Route, Finding.Of("probe-too-new", ("zone", probe.Zone), ("contract", $"{probe.Contract}"), ("known", $"{ContractNumber.Current}")))],
        HostKeys = [],
    };
}
