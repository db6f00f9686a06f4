namespace Fleet.Orchestration;

/// <summary>Which installation of Fleet this is; told to every zone. Made once, kept in the store.</summary>
internal sealed class Installation
{
    private string? _id;

    public string Id
    {
        get => _id ?? throw new InvalidOperationException("The store has not been opened yet.");
        set => _id = value;
    }

    /// <summary>No dispatch has an epoch below it. Above 0 once the store was restored: what a lost part of the past may have given is not given again.</summary>
    public long FirstEpoch { get; set; }
}
