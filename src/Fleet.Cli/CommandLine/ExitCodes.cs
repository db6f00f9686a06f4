namespace Fleet.Cli.CommandLine;

/// <summary>What scripts can rely on.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>It ran and the answer is no.</summary>
    public const int No = 1;

    /// <summary>Wrong use or invalid input.</summary>
    public const int Usage = 2;

    /// <summary>Waiting on a decision (with --wait-for-decision).</summary>
    public const int Decision = 3;

    /// <summary>The server cannot be reached, or refused the identity.</summary>
    public const int Server = 4;

    public const int Interrupted = 130;
}
