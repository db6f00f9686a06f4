using Fleet.Orchestration.Transactions;
using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Orchestration.Store;

/// <summary>
/// Sagas in the one context: an instance is loaded, changed and saved with everything that its verbs wrote, in one SaveChanges; a conflict is an exception that the
/// endpoint retries from the start. What was decided to be sent goes out after that.
/// </summary>
internal sealed class FleetSagaRepository<TSaga>(IDbContextFactory<FleetDbContext> contexts, ISagaConsumeContextFactory<FleetDbContext, TSaga> factory, IMessages messages)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, SagaStateMachineInstance
{
    public void Probe(ProbeContext context) => context.Add("persistence", "fleet");

    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        await using var db = await contexts.CreateDbContextAsync(context.CancellationToken);
        var outgoing = new Outgoing();
        await next.Send(new FleetSagaRepositoryContext<TSaga, T>(db, context, factory, outgoing));
        await messages.SendAsync(outgoing, context.CancellationToken);
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        throw new InvalidOperationException($"{typeof(T).Name} must be correlated by id.");

    public async Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await asyncMethod(new FleetLoadContext<TSaga>(db, cancellationToken));
    }
}

internal sealed class FleetSagaRepositoryContext<TSaga, T>(FleetDbContext db, ConsumeContext<T> context, ISagaConsumeContextFactory<FleetDbContext, TSaga> factory, Outgoing outgoing)
    : ConsumeContextScope<T>(context, db, outgoing), SagaRepositoryContext<TSaga, T>
    where TSaga : class, SagaStateMachineInstance
    where T : class
{
    private readonly ConsumeContext<T> _context = context;

    public async Task<SagaConsumeContext<TSaga, T>?> Load(Guid correlationId) =>
        await db.Set<TSaga>().FindAsync([correlationId], CancellationToken) is { } instance
            ? await CreateSagaConsumeContext(_context, instance, SagaConsumeContextMode.Load)
            : null;

    public Task<SagaConsumeContext<TSaga, T>> Add(TSaga instance) => CreateSagaConsumeContext(_context, instance, SagaConsumeContextMode.Add);

    public async Task<SagaConsumeContext<TSaga, T>?> Insert(TSaga instance)
    {
        db.Set<TSaga>().Add(instance);
        await db.SaveChangesAsync(CancellationToken);
        return await CreateSagaConsumeContext(_context, instance, SagaConsumeContextMode.Insert);
    }

    public async Task Save(SagaConsumeContext<TSaga> context)
    {
        db.Set<TSaga>().Add(context.Saga);
        await db.SaveChangesAsync(CancellationToken);
    }

    public Task Update(SagaConsumeContext<TSaga> context) => db.SaveChangesAsync(CancellationToken);

    public async Task Delete(SagaConsumeContext<TSaga> context)
    {
        db.Set<TSaga>().Remove(context.Saga);
        await db.SaveChangesAsync(CancellationToken);
    }

    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context)
    {
        db.ChangeTracker.Clear();
        outgoing.Clear();
        return Task.CompletedTask;
    }

    public Task<SagaConsumeContext<TSaga, TMessage>> CreateSagaConsumeContext<TMessage>(ConsumeContext<TMessage> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where TMessage : class =>
        // The scope, not the bare context: verbs find the database and the outgoing messages in it.
        factory.CreateSagaConsumeContext(db, consumeContext is ConsumeContext<T> ? (ConsumeContext<TMessage>)(object)this : consumeContext, instance, mode);
}

internal sealed class FleetLoadContext<TSaga>(FleetDbContext db, CancellationToken cancellationToken) : MassTransit.Middleware.BasePipeContext(cancellationToken), LoadSagaRepositoryContext<TSaga>
    where TSaga : class, SagaStateMachineInstance
{
    public async Task<TSaga> Load(Guid correlationId) => (await db.Set<TSaga>().FindAsync([correlationId], CancellationToken))!;
}
