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
}
