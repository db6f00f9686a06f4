using Fleet.Contracts.Workers;

namespace Fleet.Hosting.Bus.Seals;

/// <summary>Seals what this process sends and judges what it gets.</summary>
internal sealed class SealedMessages(SealKeys keys, bool acceptUnsigned, Refusals refusals)
{
    /// <summary>Where a command goes to a worker, or an answer to who asked: nothing that was published to everybody may come there.</summary>
    private static readonly string[] Closed = [Endpoints.Pool(string.Empty), Endpoints.Worker(string.Empty), AmqpTopology.Answers];

    /// <summary>What messages that are published are called by on the wire.</summary>
    private const string Published = "Fleet.Contracts.";

    /// <param name="to">The exchange that it is sent to.</param>
    public (string To, string Code) Make(string to, string envelope, ReadOnlySpan<byte> body) => (to, Seal.Of(keys.Current[0], to, envelope, body));

    /// <summary>False: nobody may see it; it was counted and told.</summary>
    /// <param name="queue">Where it came out.</param>
    /// <param name="to">What its header says that the sender meant; null: it has none.</param>
    /// <param name="code">Null: it has none.</param>
    public bool Accept(string queue, string? to, string? code, string envelope, ReadOnlySpan<byte> body)
    {
        var why = Judge(queue, to, code, envelope, body);
        if (why is not null)
            refusals.Tell(queue, why);
        return why is null;
    }

    private string? Judge(string queue, string? to, string? code, string envelope, ReadOnlySpan<byte> body)
    {
        if (code is null || to is null)
            return acceptUnsigned && code is null ? null : Refusals.Unsealed;
        if (!Seal.IsValid(keys.Current, to, envelope, body, code))
            return Refusals.Forged;
        return to == queue || (to.StartsWith(Published, StringComparison.Ordinal) && !Closed.Any(c => queue.StartsWith(c, StringComparison.Ordinal))) ? null : Refusals.Astray;
    }
}
