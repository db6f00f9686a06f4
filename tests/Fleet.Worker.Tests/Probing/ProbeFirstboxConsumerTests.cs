using Fleet.Contracts;
using Fleet.Contracts.Probes;
using Fleet.Contracts.Workers;
using Fleet.Worker.Phases.Reports;
using Fleet.Worker.Redaction;
using Fleet.Worker.Ssh;
using Fleet.Worker.Tests.Ssh;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Worker.Tests.Probing;

[Collection(nameof(SshWorld))]
public sealed class ProbeFirstboxConsumerTests(SshWorld world)
{
    [Theory]
    [InlineData(ContractNumber.Current, null)]
    [InlineData(ContractNumber.Current + 1, "probe-too-new")]
    public async Task A_worker_of_the_pool_answers_a_probe(int contract, string? problem)
    {
        var options = new WorkerOptions { WorkerId = "w1", Pool = "beijing" };
        using var firstboxes = SshWorld.Firstboxes();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(options)
            .AddSingleton<IFirstboxes>(firstboxes)
            .AddSingleton<KnownSecrets>()
            .AddSingleton<ICoordinatorLink, BusCoordinatorLink>()
            .AddMassTransit(bus =>
            {
                bus.DisableUsageTelemetry();
                bus.AddFleetWorkerConsumers(options);
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            })
            .BuildServiceProvider();
        var bus = services.GetRequiredService<IBusControl>();
        await bus.StartAsync(TimeSpan.FromMinutes(2));
        try
        {
            var client = bus.CreateRequestClient<ProbeFirstbox>(new Uri($"queue:{Endpoints.Pool("beijing")}"), TimeSpan.FromMinutes(2));
            var connection = SshWorld.To((await world.ServerAsync()).Hop());
            var answer = await client.GetResponse<FirstboxProbed>(new ProbeFirstbox { Contract = contract, Zone = "pek1a", Depth = ProbeDepth.Login, Connection = connection });
            answer.Message.WorkerId.ShouldBe("w1");
            answer.Message.Stages[^1].Problem?.Code.ShouldBe(problem);
            answer.Message.Stages.Count.ShouldBe(problem is null ? 5 : 1);
        }
        finally
        {
            await bus.StopAsync();
        }
    }
}
