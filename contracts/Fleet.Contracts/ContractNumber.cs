namespace Fleet.Contracts;

/// <summary>The version of this set of messages. A worker declines a command whose number is higher than its own.</summary>
public static class ContractNumber
{
    public const int Current = 1;
}
